import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** Which files of a tree import which, types included. Paths are relative to the tree, with slashes. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Files by path. */
export type Sources = ReadonlyMap<string, string>;

const endings = ["", ".ts", ".tsx", ".mjs", "/index.ts"];

/** Reads the imports of every file. Imports of packages are no part of the graph. */
export function importGraph(sources: Sources): ImportGraph {
  return new Map([...sources].map(([path, text]) => [path, importsOf(path, text, sources)]));
}

function importsOf(path: string, text: string, sources: Sources): string[] {
  const imported = ts
    .preProcessFile(text, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => normalize(join(dirname(path), fileName)).replaceAll("\\", "/"));
  const found = imported.flatMap(
    (target) => endings.map((ending) => target + ending).find((candidate) => sources.has(candidate)) ?? [],
  );
  return [...new Set(found)].filter((target) => target !== path);
}

/** The same graph between the groups that `groupOf` puts files into, such as their folders. */
export function grouped(graph: ImportGraph, groupOf: (path: string) => string): ImportGraph {
  const groups = new Map<string, Set<string>>();
  for (const [path, targets] of graph) {
    const group = groupOf(path);
    const found = groups.get(group) ?? new Set();
    groups.set(group, found);
    for (const target of targets) if (groupOf(target) !== group) found.add(groupOf(target));
  }
  return new Map([...groups].map(([group, targets]) => [group, [...targets]]));
}

/**
 * The sets of two or more nodes that reach each other: Tarjan's strongly connected components.
 * A tree whose files can be read one after another has none.
 */
export function cycles(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const own = order.size;
    order.set(node, own);
    let low = own;
    path.push(node);
    for (const target of graph.get(node) ?? [])
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (path.includes(target)) low = Math.min(low, order.get(target) ?? low);
    lowest.set(node, low);
    if (low === own) {
      const members = path.splice(path.indexOf(node));
      if (members.length > 1) found.push(members.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

/** Every file that `from` imports, directly or through others, itself included, as far as `within` goes. */
export function reachedFrom(
  graph: ImportGraph,
  from: string,
  within: (path: string) => boolean,
): Set<string> {
  const reached = new Set([from]);
  for (const path of reached)
    for (const target of graph.get(path) ?? []) if (within(target)) reached.add(target);
  return reached;
}

/** The longest chain of imports that starts at `from`, of those that never leave `within`. The graph must have no cycle there. */
export function longestChain(graph: ImportGraph, from: string, within: (path: string) => boolean): string[] {
  const known = new Map<string, string[]>();
  const chainOf = (path: string, above: ReadonlySet<string>): string[] => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const inside = new Set([...above, path]);
    const rests = (graph.get(path) ?? [])
      .filter((target) => within(target) && !inside.has(target))
      .map((target) => chainOf(target, inside));
    const chain = [
      path,
      ...rests.reduce((longest, rest) => (rest.length > longest.length ? rest : longest), []),
    ];
    known.set(path, chain);
    return chain;
  };
  return chainOf(from, new Set());
}
