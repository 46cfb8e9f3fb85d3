import {
  cycles,
  grouped,
  type ImportGraph,
  importGraph,
  longestChain,
  reachedFrom,
  type Sources,
} from "./import-graph";
import { isTest } from "./sources";

/** How a set of files is divided. Sizes are in lines. */
export interface Sizes {
  readonly files: number;
  readonly median: number;
  readonly max: number;
  readonly largest: string;
  /** Files of fewer than 50 lines. */
  readonly under50: number;
  /** Files of more than 400 lines. */
  readonly over400: number;
}

/** What one has to read to follow a behaviour from where it starts. */
export interface Reading {
  readonly behaviour: string;
  readonly from: string;
  /** Files that the first one imports, directly or through others, within the folders given, itself included. */
  readonly files: number;
  /** The longest chain of imports among them. */
  readonly chain: readonly string[];
}

export interface StructureFigures {
  readonly code: Sizes;
  readonly tests: Sizes;
  /** Sets of files that import each other in a circle, imports of types included. */
  readonly fileCycles: readonly (readonly string[])[];
  /** The same of folders. */
  readonly folderCycles: readonly (readonly string[])[];
  readonly readings: readonly Reading[];
  /** Identifiers that begin with "most" where the field says "max". */
  readonly superlatives: readonly string[];
}

/** Where a behaviour starts, the latest place first, and the folders that belong to it. */
interface Behaviour {
  readonly name: string;
  readonly from: readonly string[];
  readonly within: readonly string[];
}

const behaviours: readonly Behaviour[] = [
  {
    name: "send",
    from: [
      "apps/shared/kafka/produce/idempotent-producer.ts",
      "apps/shared/kafka/producer/idempotent-producer.ts",
    ],
    within: ["apps/shared/kafka/"],
  },
  {
    name: "follow",
    from: ["apps/shared/kafka/follow/follow.ts"],
    within: ["apps/shared/kafka/"],
  },
  { name: "config", from: ["infra/config/parse.ts"], within: ["infra/"] },
];

/** Measures a tree's code. */
export function structureOf(sources: Sources): StructureFigures {
  const graph = importGraph(sources);
  const paths = [...sources.keys()];
  return {
    code: sizesOf(
      sources,
      paths.filter((path) => !isTest(path)),
    ),
    tests: sizesOf(sources, paths.filter(isTest)),
    fileCycles: cycles(graph),
    folderCycles: cycles(grouped(withoutTests(graph), folderOf)),
    readings: behaviours.flatMap((behaviour) => readingOf(graph, behaviour)),
    superlatives: [
      ...new Set([...sources.values()].flatMap((text) => text.match(/\bmost[A-Z]\w*/g) ?? [])),
    ].sort(),
  };
}

/** The part of the tree that a file belongs to: an app, a folder of infra, of the tools, of what apps share. */
function folderOf(path: string): string {
  if (path.startsWith("contract/")) return "contract";
  const folders = path.split("/").slice(0, -1);
  const depth = /^apps\/(consumers|shared)\//.test(path) ? 3 : 2;
  return folders.slice(0, depth).join("/");
}

function withoutTests(graph: ImportGraph): ImportGraph {
  return new Map([...graph].filter(([path]) => !isTest(path)));
}

function readingOf(graph: ImportGraph, { name, from, within }: Behaviour): Reading[] {
  const start = from.find((path) => graph.has(path));
  if (start === undefined) return [];
  const belongs = (path: string) => within.some((folder) => path.startsWith(folder));
  return [
    {
      behaviour: name,
      from: start,
      files: reachedFrom(graph, start, belongs).size,
      chain: longestChain(graph, start, belongs),
    },
  ];
}

function sizesOf(sources: Sources, paths: readonly string[]): Sizes {
  const bySize = paths
    .map((path) => ({ path, lines: (sources.get(path) ?? "").split("\n").length - 1 }))
    .sort((one, other) => one.lines - other.lines);
  const largest = bySize.at(-1);
  return {
    files: bySize.length,
    median: bySize[Math.floor(bySize.length / 2)]?.lines ?? 0,
    max: largest?.lines ?? 0,
    largest: largest?.path ?? "",
    under50: bySize.filter(({ lines }) => lines < 50).length,
    over400: bySize.filter(({ lines }) => lines > 400).length,
  };
}
