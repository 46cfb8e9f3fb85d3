import { parseArgs } from "node:util";
import { messageOf, quoted, UsageError } from "./errors.mjs";
import { runMain } from "./main.mjs";

/**
 * @typedef {object} Option
 * @property {"string" | "boolean"} type
 * @property {string} [value] what stands for the value in the help
 * @property {string} [short] one letter
 * @property {string} about a few words
 *
 * @typedef {object} Command a command and its arguments
 * @property {string} name as it is typed, such as `npm run lake`
 * @property {readonly string[]} forms what may follow the name, a line each
 * @property {string | (() => string)} about what it is for
 * @property {string} runs what its script in package.json runs, without `node tools/with-node.mjs`
 * @property {Readonly<Record<string, Option>>} options
 * @property {number} [maxPositionals] arguments beside options; 0 if left out
 * @property {string} [tooMany] what is wrong with more of them
 */

/**
 * The arguments that a user has given.
 *
 * @template {Readonly<Record<string, Option>>} Options
 * @typedef {object} Parsed
 * @property {{ readonly [Name in keyof Options]: Options[Name]["type"] extends "boolean" ? boolean : string | undefined }} values
 * @property {readonly string[]} positionals
 */

/** @type {Readonly<Record<string, Option>>} */
const help = { help: { type: "boolean", short: "h", about: "this text" } };

/**
 * Reads the arguments of a command by its declaration.
 *
 * @template {Command} Declared
 * @param {Declared} command
 * @param {readonly string[]} args
 * @returns {Parsed<Declared["options"]>}
 * @throws {UsageError} in a line, with the forms of the command below
 */
export function parseCommand(command, args) {
  const { options, maxPositionals = 0, tooMany } = command;
  const { values, positionals } = strictlyParsed(command, args);
  const surplus = positionals[maxPositionals];
  if (surplus !== undefined)
    throw wrongUsage(
      command,
      tooMany === undefined ? `Unknown argument ${quoted(surplus)}` : `${quoted(surplus)}: ${tooMany}`,
    );
  const { stack } = values;
  if (typeof stack === "string" && !/^[\w.-]{1,100}$/.test(stack))
    throw wrongUsage(
      command,
      `--stack ${quoted(stack)}: give the name of a stack: letters, digits, and any of . _ -`,
    );
  const flags = Object.keys(options).filter((name) => options[name]?.type === "boolean");
  const unset = Object.fromEntries(flags.map((name) => [name, false]));
  const result = { values: { ...unset, ...values }, positionals };
  return /** @type {Parsed<Declared["options"]>} */ (/** @type {unknown} */ (result));
}

/**
 * @param {Command} command
 * @param {readonly string[]} args
 * @returns {{ values: Readonly<Record<string, unknown>>, positionals: string[] }}
 */
function strictlyParsed(command, args) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: plainOptions(command) });
  } catch (error) {
    // Node adds how to write an argument that looks like an option.
    const [problem = ""] = messageOf(error).split(/\n|\. To specify/);
    throw wrongUsage(command, problem);
  }
}

/** @param {Command} command */
function plainOptions({ options }) {
  const entries = Object.entries({ ...options, ...help });
  return Object.fromEntries(
    entries.map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]),
  );
}

/** Whether arguments ask for help, even if others are wrong. @param {Command} command @param {readonly string[]} args */
function asksForHelp(command, args) {
  const { tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: plainOptions(command),
    strict: false,
    tokens: true,
  });
  return tokens.some((token) => token.kind === "option" && token.name === "help");
}

/** An error with the problem in its first line, and the correct forms below. @param {Command} command @param {string} problem */
export function wrongUsage(command, problem) {
  return new UsageError(`${problem}\n${usageOf(command)}`);
}

/** The forms of a command. @param {Command} command */
export function usageOf({ name, forms }) {
  return forms.map((form, at) => `${at === 0 ? "Usage: " : "       "}${name} ${form}`.trimEnd()).join("\n");
}

/** The whole help of a command. @param {Command} command */
export function helpOf(command) {
  const entries = Object.entries({ ...command.options, ...help });
  const rows = entries.map(([name, { short, value, about }]) => {
    const flag = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return /** @type {const} */ ([flag, about]);
  });
  const width = Math.max(...rows.map(([flag]) => flag.length));
  const about = typeof command.about === "string" ? command.about : command.about();
  return [
    usageOf(command),
    "",
    about,
    "",
    ...rows.map(([flag, meaning]) => `  ${flag.padEnd(width)}  ${meaning}`),
  ].join("\n");
}

/**
 * Prints the help of a command if its arguments ask for that.
 *
 * @param {Command} command
 * @param {readonly string[]} args
 */
export function helped(command, args) {
  if (!asksForHelp(command, args)) return false;
  console.log(helpOf(command));
  return true;
}

/**
 * Runs a command to the end of the process, as {@link runMain} does: prints its help if asked, and refuses undeclared arguments.
 *
 * @template {Command} Declared
 * @param {Declared} command
 * @param {(asked: Parsed<Declared["options"]>) => Promise<number>} work gives the exit code
 */
export function runCommand(command, work) {
  const args = process.argv.slice(2);
  return runMain(async () => (helped(command, args) ? 0 : work(parseCommand(command, args))));
}
