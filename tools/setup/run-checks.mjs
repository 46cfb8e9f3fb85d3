import { runCheck, summary } from "./checks.mjs";
import { Interrupted, SetupError } from "./errors.mjs";
import { seconds } from "./progress.mjs";

/**
 * @typedef {import("./checks.mjs").Selected} Selected
 * @typedef {import("./checks.mjs").Counts} Counts
 *
 * @typedef {object} Host what runs checks on a machine, and prepares the machine for them
 * @property {() => Promise<void>} setUpPackages Node and the npm packages, which every check needs
 * @property {() => Promise<boolean>} isMachineReady whether everything else is there already
 * @property {() => Promise<void>} setUpMachine everything else, for the checks that need it
 * @property {Run} run runs a command; what it prints goes to `print`, or to the terminal if that is missing
 * @property {(text: string) => void} print
 * @property {() => number} now milliseconds
 * @property {() => NodeJS.Signals | undefined} stoppedBy the signal that ends this run, if one has come
 *
 * @typedef {(command: string[], options: { env?: NodeJS.ProcessEnv | undefined, print?: ((text: string) => void) | undefined }) => Promise<number>} Run
 *
 * @typedef {{ name: string, title: string, ms: number, files: readonly import("./checks.mjs").FileTime[] }} CheckTime
 */

/** How many of the slowest files are shown of each kind of tests. */
const slowest = 5;

/**
 * Runs checks, and goes on after a failed one, so that one run reports every failure. While the machine is made ready, the checks that need
 * no more than packages run beside; each is then printed at its end, in one piece.
 *
 * @param {readonly Selected[]} selected
 * @param {Host} host
 * @returns {Promise<Counts>}
 * @throws {Interrupted} once everything under way has ended
 */
export async function runChecks(selected, host) {
  /** @type {Counts} */
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {CheckTime[]} */
  const times = [];
  const onMachine = selected.filter(({ check }) => check.needsMachine);
  const onPackages = selected.filter((each) => !onMachine.includes(each));
  const inOrder = async (/** @type {readonly Selected[]} */ list, /** @type {boolean} */ hidden) => {
    for (const each of list) {
      const { counts, time } = await runOne(each, host, hidden);
      for (const what of /** @type {const} */ (["passed", "failed", "skipped"])) total[what] += counts[what];
      times.push(time);
    }
  };
  /** @param {() => Promise<void>} setUp @returns {Promise<boolean>} whether it succeeded */
  const succeeds = async (setUp) => {
    const startedMs = host.now();
    try {
      await setUp();
      return true;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      host.print(`\n${error.message}\n`);
      total.failed++;
      return false;
    } finally {
      times.unshift({ name: "set-up", title: "Set-up", ms: host.now() - startedMs, files: [] });
    }
  };

  if (await succeeds(host.setUpPackages)) {
    const beside = onMachine.length > 0 && !(await host.isMachineReady());
    const [ready] = beside
      ? await allEnded([succeeds(host.setUpMachine), inOrder(onPackages, true)])
      : await allEnded([inOrder(onPackages, false).then(() => true)]);
    if (ready) await inOrder(onMachine, false);
  }
  host.print(timesOf(times));
  return total;
}

/** @param {Selected} selected @param {Host} host @param {boolean} hidden */
async function runOne(selected, host, hidden) {
  const { title, name } = selected.check;
  const startedMs = host.now();
  let output = `\n── ${title}\n`;
  if (!hidden) host.print(output);
  const print = hidden ? (/** @type {string} */ text) => void (output += text) : undefined;
  const { counts, files } = await runCheck(selected, (command, env) => host.run(command, { env, print }));
  const signal = host.stoppedBy();
  if (signal !== undefined) throw new Interrupted(signal);
  const ms = host.now() - startedMs;
  const end = `── ${title}: ${summary(counts)} (${seconds(ms)})\n`;
  host.print(hidden ? `${output.trimEnd()}\n${end}` : end);
  return { counts, time: { name, title, ms, files } };
}

/**
 * Waits for all work, whatever becomes of it; then throws the first failure, if there is one.
 *
 * @template {readonly Promise<unknown>[]} Work
 * @param {readonly [...Work]} work
 * @returns {Promise<{ [Index in keyof Work]: Awaited<Work[Index]> }>}
 */
async function allEnded(work) {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** How long each check took, and the slowest test files. @param {readonly CheckTime[]} times */
export function timesOf(times) {
  const setUpMs = times.filter(({ name }) => name === "set-up").reduce((sum, { ms }) => sum + ms, 0);
  const others = times.filter(({ name }) => name !== "set-up");
  const parts = [{ name: "set-up", ms: setUpMs }, ...others].map(({ name, ms }) => `${name} ${seconds(ms)}`);
  const lists = others.flatMap(({ title, files }) => {
    const worst = [...files].sort((one, other) => other.ms - one.ms).slice(0, slowest);
    if (worst.length < 2) return [];
    return [
      `${title}, slowest files:`,
      ...worst.map(({ file, ms }) => `  ${seconds(ms).padStart(11)}  ${file}`),
    ];
  });
  return `\n${[...lists, `Time: ${parts.join(", ")}`].join("\n")}\n`;
}
