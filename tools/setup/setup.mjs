import { cpus } from "node:os";
import { withSetupLock } from "./cache.mjs";
import { chromiumPart } from "./chromium.mjs";
import { composePart } from "./compose.mjs";
import { dockerProviderPart } from "./docker-provider.mjs";
import { enginePart } from "./engine.mjs";
import { SetupError } from "./errors.mjs";
import { imageParts } from "./images.mjs";
import { interruptible } from "./main.mjs";
import { Machine } from "./machine.mjs";
import { nodePart } from "./node.mjs";
import { npmPackagesPart } from "./npm-packages.mjs";
import { impossible, plan, provide } from "./part.mjs";
import { stopRunning } from "./process.mjs";
import { Progress } from "./progress.mjs";
import { pulumiCliPart } from "./pulumi-cli.mjs";
import { benchPythonPart, pythonPart } from "./python.mjs";
import { sparkPart } from "./spark.mjs";

/**
 * @typedef {import("./part.mjs").Part} Part
 *
 * @typedef {object} Wanted
 * @property {boolean} [pulumi] the CLI, its provider and the engine
 * @property {import("./versions.mjs").ImageRole[]} [images] roles whose base images are needed
 * @property {boolean} [python] the packages for the end-to-end tests
 * @property {boolean} [spark] Spark, for an end-to-end test and the lake's benchmark
 * @property {boolean} [benchPython] the packages for the lake's benchmark
 * @property {boolean} [chromium] the browser for the dashboard's end-to-end test and benchmark
 * @property {boolean} [compose] docker-compose, for the cluster's benchmark
 */

/** Every wanted part, in the order in which set-up shows them. @param {Wanted} wanted @returns {Part[]} */
export function partsFor({
  pulumi = false,
  images = [],
  python = false,
  spark = false,
  benchPython = false,
  chromium = false,
  compose = false,
}) {
  return [
    nodePart,
    npmPackagesPart,
    ...(pulumi ? [enginePart, pulumiCliPart, dockerProviderPart] : []),
    ...imageParts(images),
    ...packageParts({ python, spark, benchPython, chromium, compose }),
  ];
}

/** The programs that tests and benchmarks run beside the project. @param {Wanted} wanted @returns {Part[]} */
function packageParts({
  python = false,
  spark = false,
  benchPython = false,
  chromium = false,
  compose = false,
}) {
  return [
    ...(python ? [pythonPart] : []),
    ...(spark ? [sparkPart] : []),
    ...(benchPython ? [benchPythonPart] : []),
    ...(chromium ? [chromiumPart] : []),
    ...(compose ? [composePart] : []),
  ];
}

/**
 * Provides everything that is wanted. Prints nothing if it is there already.
 *
 * @param {Wanted} wanted
 * @param {{ machine?: Machine, progress?: Progress }} [options]
 * @returns {Promise<void>}
 * @throws {SetupError} about the first part that cannot be provided, or all of them if that is known beforehand
 */
export async function setUp(wanted, { machine = new Machine(), progress = new Progress() } = {}) {
  if (await isSetUp(wanted)) return;
  await interruptible(() => withSetupLock(progress, () => provideAll(wanted, machine, progress)));
}

/** @param {Wanted} wanted @param {Machine} machine @param {Progress} progress */
async function provideAll(wanted, machine, progress) {
  await refuseTheImpossible(partsFor(wanted), machine);
  await provide(nodePart, machine, progress);
  // Compilers keep the processors busy; other parts mostly wait for the network or the disk, and run beside them.
  await allOrStop([
    provide(npmPackagesPart, machine, progress),
    ...(wanted.pulumi ? [providePulumi(machine, progress)] : []),
    provideEngineAndImages(wanted, machine, progress),
    ...packageParts(wanted).map((part) => provide(part, machine, progress)),
  ]);
}

/** Whether everything that is wanted is there. Changes nothing. @param {Wanted} wanted */
export async function isSetUp(wanted) {
  const machine = new Machine();
  const looks = await Promise.all(partsFor(wanted).map(async (part) => await part.look(machine)));
  return looks.every(({ there }) => there);
}

/** Reports all parts that cannot be provided, before minutes of work. @param {Part[]} parts @param {Machine} machine */
async function refuseTheImpossible(parts, machine) {
  const plans = await Promise.all(parts.map(async (part) => ({ part, plan: await plan(part, machine) })));
  const fatal = plans.filter((each) => !each.plan.there && each.plan.way === undefined);
  if (fatal.length === 0) return;
  throw new SetupError(fatal.map(({ part, plan }) => impossible(part, plan.obstacles).message).join("\n\n"));
}

/**
 * The CLI downloads the plugin, so the CLI comes first. Two compilers run side by side on more than two processors; on two, the
 * second reuses the shared packages that the first has compiled.
 *
 * @param {Machine} machine
 * @param {Progress} progress
 */
async function providePulumi(machine, progress) {
  const download = (await machine.obstacleTo("https://get.pulumi.com")) === undefined;
  const cli = provide(pulumiCliPart, machine, progress);
  if (download || cpus().length <= 2) await cli;
  await allOrStop([cli, provide(dockerProviderPart, machine, progress)]);
}

/** @param {Wanted} wanted @param {Machine} machine @param {Progress} progress */
async function provideEngineAndImages(wanted, machine, progress) {
  if (wanted.pulumi || wanted.images?.length) await provide(enginePart, machine, progress);
  await allOrStop(imageParts(wanted.images ?? []).map((part) => provide(part, machine, progress)));
}

/**
 * Waits for all; if one fails, stops the work of the others, gives them a moment to end, and throws that first failure.
 *
 * @param {Promise<void>[]} work
 */
async function allOrStop(work) {
  try {
    await Promise.all(work);
  } catch (error) {
    stopRunning();
    const moment = new Promise((resolve) => setTimeout(resolve, 3000).unref());
    await Promise.race([Promise.allSettled(work), moment]);
    throw error;
  }
}
