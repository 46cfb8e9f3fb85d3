import { cpus, totalmem } from "node:os";
import { tryCommand } from "../test/support/command";
import { docker } from "../test/support/docker";
import { PulumiStack } from "../test/support/pulumi-stack";
import { memoryByContainer } from "./support/usage";
import { markdownTable, median } from "./support/figures";

const repetitions = 3;

/**
 * Measures how long a stack takes to start, to change and to end, with all images present, and the memory of its containers. Each figure
 * is beside its limit, measured in the same run.
 */
export async function benchStack(): Promise<void> {
  const stack = await PulumiStack.create("bench");
  try {
    console.log(
      `On ${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB; medians of ${repetitions}.\n`,
    );
    console.log(markdownTable([["figure", "measured", "goal", "of which"], ...(await measure(stack))]));
  } finally {
    await stack.dispose();
  }
}

async function measure(stack: PulumiStack): Promise<string[][]> {
  const lake = `kafka-iot-sim-${stack.name}-lake`;
  // The first `up` bundles the apps and warms the caches; a later one builds the image from the bundles in a second.
  await stack.up();
  await stack.destroy();

  const firstRows: number[] = [];
  const ups: number[] = [];
  const destroys: number[] = [];
  for (let round = 0; round < repetitions; round++) {
    if (round > 0) destroys.push(await seconds(() => stack.destroy()));
    const started = Date.now();
    await stack.up();
    ups.push((Date.now() - started) / 1_000);
    await firstRow(lake);
    firstRows.push((Date.now() - started) / 1_000);
  }
  const refresh = await repeated(() => stack.refresh());
  const unchanged = await repeated(() => stack.up("--expect-no-changes"));
  const added: number[] = [];
  for (let devices = 4; devices < 4 + repetitions; devices++) {
    await stack.configure({ devices });
    added.push(await seconds(() => stack.up()));
  }
  const memory = await memoryByContainer(`kafka-iot-sim-${stack.name}-`);
  const bare = await bareNode(lake);
  const heaps = {
    broker: await heapOf(`kafka-iot-sim-${stack.name}-broker-1`),
    zookeeper: await heapOf(`kafka-iot-sim-${stack.name}-zookeeper-1`),
  };
  destroys.push(await seconds(() => stack.destroy()));

  const flush = "flush interval 10 s";
  return [
    [
      "`up` to the first row in the table",
      showSeconds(median(firstRows)),
      "",
      `\`up\` ${showSeconds(median(ups))}, ${flush}`,
    ],
    [
      "`up` that changes nothing",
      showSeconds(unchanged),
      "8 s",
      `\`pulumi refresh\` alone ${showSeconds(refresh)}`,
    ],
    [
      "`up` that adds one device",
      showSeconds(median(added)),
      "12 s",
      `\`up\` that changes nothing ${showSeconds(unchanged)}`,
    ],
    ["`destroy`", showSeconds(median(destroys)), "30 s", `\`pulumi refresh\` alone ${showSeconds(refresh)}`],
    ["memory of a device", showMegabytes(memory.get("device-1")), "45 MB", `${bare} for Node alone`],
    ["memory of the lake", showMegabytes(memory.get("lake")), "", ""],
    ["memory of the console", showMegabytes(memory.get("console")), "", ""],
    ["memory of a broker", showMegabytes(memory.get("broker-1")), "", heaps.broker],
    ["memory of ZooKeeper", showMegabytes(memory.get("zookeeper-1")), "", heaps.zookeeper],
  ];
}

/** Waits until a commit of the table adds a file. */
async function firstRow(lake: string): Promise<void> {
  const log = "/app/delta_lake/bronze/_delta_log";
  while (
    (await tryCommand("docker", ["exec", lake, "sh", "-c", `grep -ql '"add"' ${log}/*.json`])).exitCode !== 0
  )
    await new Promise((resolve) => setTimeout(resolve, 100));
}

/** The initial and the maximum heap of the Java in a container. */
async function heapOf(container: string): Promise<string> {
  const variables = await docker("inspect", "--format", "{{json .Config.Env}}", container);
  const [, least, most] = /-Xms(\d+)m -Xmx(\d+)m/.exec(variables) ?? [];
  return `heap ${least} to ${most} MB`;
}

/** The memory of a container that runs only Node, in the image of the apps. */
async function bareNode(lake: string): Promise<string> {
  const image = (await docker("inspect", "--format", "{{.Image}}", lake)).trim();
  const name = `${lake}-bare-node`;
  await docker("run", "--detach", "--rm", "--name", name, image, "node", "-e", "setInterval(() => {}, 1000)");
  try {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const usage = await docker("stats", "--no-stream", "--format", "{{.MemUsage}}", name);
    return showMegabytes(Number.parseFloat(usage));
  } finally {
    await docker("rm", "--force", name);
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = Date.now();
  await work();
  return (Date.now() - started) / 1_000;
}

async function repeated(work: () => Promise<unknown>): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < repetitions; round++) figures.push(await seconds(work));
  return median(figures);
}

const showSeconds = (figure: number) => `${figure.toFixed(1)} s`;
const showMegabytes = (figure: number | undefined) =>
  figure === undefined ? "?" : `${figure.toFixed(0)} MiB`;
