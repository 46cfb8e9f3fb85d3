/** The remedy for a user who has no permission to use the engine's socket. */
export const notAllowed = "this user may not use it: run `sudo usermod -aG docker $USER` and log in again";

/** Whether an engine runs that this user may not use. @param {string} complaint what Docker's client says */
export function isNotAllowed(complaint) {
  return /permission denied/i.test(complaint) && /docker/i.test(complaint);
}

/** What to do about an engine that does not answer. @param {string} complaint what Docker's client says */
export function engineHint(complaint) {
  if (isNotAllowed(complaint)) return notAllowed;
  return "start it first; `npm run doctor` reports what is missing";
}

/**
 * The message of Docker's client in one line, with a remedy if one is known.
 *
 * @param {string} command the client's, such as "ps"
 * @param {string} complaint
 */
export function dockerFailure(command, complaint) {
  const line =
    complaint
      .trim()
      .split("\n")
      .find((each) => !each.startsWith("WARNING")) || "no answer";
  if (isNotAllowed(line)) return `docker ${command}: ${line}\nThe Docker engine runs, but ${notAllowed}.`;
  const isDown = /cannot connect to the docker daemon|error during connect/i.test(line);
  return isDown
    ? `docker ${command}: ${line}\nThe Docker engine does not answer: ${engineHint(line)}.`
    : `docker ${command}: ${line}`;
}
