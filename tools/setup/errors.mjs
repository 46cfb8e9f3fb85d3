/** A failure that the user can act on: its message says what is missing and what to do. Shown without a stack. */
export class SetupError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "SetupError";
  }
}

/** Wrong arguments of a command: the first line of the message names the problem, the others show the usage. */
export class UsageError extends SetupError {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "UsageError";
  }
}

/** Thrown where work stops because the user asked for it (Ctrl-C, SIGTERM). */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.name = "Interrupted";
    this.signal = signal;
  }
}

/** Text from outside in quotation marks, safe for a terminal. @param {string} text */
export function quoted(text) {
  const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
  return JSON.stringify(text).replace(
    unsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The message of a thrown value. @param {unknown} thrown */
export function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
