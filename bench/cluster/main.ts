import { cpus, totalmem } from "node:os";
import { UsageError } from "../../tools/setup/errors.mjs";
import { setUp } from "../../tools/setup/setup.mjs";
import { markdownTable } from "../support/figures";
import type { ClusterShape, CoordinationKind, MeasuredCluster } from "./cluster";
import { ComposeCluster, PulumiCluster } from "./clusters";
import { type ClusterFigures, measureCluster } from "./measure";

const coordinations: readonly CoordinationKind[] = ["zookeeper", "kraft"];
const sizes = [1, 3, 5];
const usage = `Usage: npm run bench -- cluster [${coordinations.join("|")}] [${sizes.join("|")}]`;

/** Measures how long a cluster takes to start and to recover, and its memory, beside the same cluster by a plain compose file. */
export async function benchCluster(args: readonly string[]): Promise<void> {
  const shapes = parseArguments(args);
  await setUp({ pulumi: true, images: ["kafka", "zookeeper", "node"], compose: true });
  await warmUp();
  const rows: string[][] = [];
  for (const shape of shapes) {
    for (const [tool, create] of tools) {
      const row = [shape.coordination, String(shape.brokers), tool, ...show(await measured(shape, create))];
      // Each row when it is known: all of them take most of an hour.
      console.error(row.join(", "));
      rows.push(row);
    }
  }
  console.log(`On ${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB; medians of 3.\n`);
  console.log(markdownTable([heading, ...rows]));
}

type Create = (shape: ClusterShape) => Promise<MeasuredCluster & { dispose(): Promise<void> }>;

const tools: readonly [string, Create][] = [
  ["this project", (shape) => PulumiCluster.create(shape)],
  ["plain compose file", (shape) => ComposeCluster.create(shape)],
];

async function measured(shape: ClusterShape, create: Create): Promise<ClusterFigures> {
  const cluster = await create(shape);
  try {
    return await measureCluster(cluster);
  } finally {
    await cluster.dispose();
  }
}

/** Runs the first `up`, which bundles the apps and fills the caches. */
async function warmUp(): Promise<void> {
  const cluster = await PulumiCluster.create({ coordination: "zookeeper", brokers: 1 });
  try {
    await cluster.up();
    await cluster.down();
  } finally {
    await cluster.dispose();
  }
}

const heading = [
  "coordination",
  "brokers",
  "by",
  "command ends",
  "takes messages",
  "broker killed to first acknowledged",
  "memory of a broker",
  "of ZooKeeper or controllers",
];

function show(figures: ClusterFigures): string[] {
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const megabytes = (value: number) => (value === 0 ? "" : `${value.toFixed(0)} MiB`);
  return [
    seconds(figures.upSeconds),
    seconds(figures.readySeconds),
    seconds(figures.outageSeconds),
    megabytes(figures.brokerMegabytes),
    megabytes(figures.coordinationMegabytes),
  ];
}

function parseArguments(args: readonly string[]): ClusterShape[] {
  const chosen = {
    coordinations: coordinations.filter((each) => args.includes(each)),
    sizes: sizes.filter((each) => args.includes(String(each))),
  };
  if (chosen.coordinations.length + chosen.sizes.length < args.length) throw new UsageError(usage);
  const all = <Each>(some: readonly Each[], every: readonly Each[]) => (some.length > 0 ? some : every);
  return all(chosen.coordinations, coordinations).flatMap((coordination) =>
    all(chosen.sizes, sizes).map((brokers) => ({ coordination, brokers })),
  );
}
