import { SetupError, messageOf } from "./errors.mjs";
import { isStopped } from "./process.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

/**
 * A part of the tool chain: how to find out whether it is there, and the ways to get it, best first.
 *
 * @typedef {object} Way
 * @property {string} what what is done, e.g. "downloading it"
 * @property {(machine: Machine) => string | undefined | Promise<string | undefined>} obstacle why this way is closed
 *   on this machine, undefined if it is open
 * @property {(machine: Machine, task: import("./progress.mjs").Task) => Promise<void>} make
 *
 * @typedef {{ there: boolean, found: string }} Look
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} needed
 * @property {(machine: Machine) => Look | Promise<Look>} look
 * @property {Way[]} ways
 * @property {string | ((reasons: string[]) => string)} byHand how a person installs it; "" where the reasons say what to do
 *
 * @typedef {object} Plan
 * @property {boolean} there nothing has to be done
 * @property {string} found what there is now
 * @property {Way | undefined} way the first open way; undefined if there is none, or no need
 * @property {string[]} obstacles why the ways before it are closed
 */

/**
 * Decides how to get a part. Changes nothing.
 *
 * @param {Part} part
 * @param {Machine} machine
 * @returns {Promise<Plan>}
 */
export async function plan(part, machine) {
  const { there, found } = await part.look(machine);
  if (there) return { there, found, way: undefined, obstacles: [] };
  const answers = await Promise.all(part.ways.map(async (way) => await way.obstacle(machine)));
  const open = answers.findIndex((obstacle) => obstacle === undefined);
  const obstacles = (open === -1 ? answers : answers.slice(0, open)).flatMap((obstacle) => obstacle ?? []);
  return { there, found, way: part.ways[open], obstacles: [...new Set(obstacles)] };
}

/**
 * Gets a part that is not there: takes the first open way, and the next if that one fails.
 *
 * @param {Part} part
 * @param {Machine} machine
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<void>}
 * @throws {SetupError} naming the part, why it cannot be had, and how to install it by hand
 */
export async function provide(part, machine, progress) {
  if ((await part.look(machine)).there) return;
  /** @type {string[]} */
  const reasons = [];
  for (const way of part.ways) {
    const obstacle = await way.obstacle(machine);
    if (obstacle !== undefined) {
      reasons.push(obstacle);
      continue;
    }
    const task = progress.start(part.name, [...new Set(reasons), way.what].join("; "));
    try {
      await way.make(machine, task);
      task.done();
      return;
    } catch (error) {
      task.drop();
      if (isStopped()) throw error;
      reasons.push(messageOf(error));
    }
  }
  throw impossible(part, reasons);
}

/** The one message about a part that cannot be had. @param {Part} part @param {string[]} reasons */
export function impossible(part, reasons) {
  const why = [...new Set(reasons)].join("; ");
  return new SetupError(
    `${part.name} (${part.needed}) cannot be had: ${why}\n${byHandOf(part, reasons)}`.trimEnd(),
  );
}

/** How a person installs a part that cannot be had. @param {Part} part @param {string[]} reasons why it cannot */
export function byHandOf({ byHand }, reasons) {
  return typeof byHand === "string" ? byHand : byHand(reasons);
}
