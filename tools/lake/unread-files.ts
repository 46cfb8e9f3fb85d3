import { basename } from "node:path";
import type { LocalTable } from "./views";

/** A data file whose rows are not looked at. */
export interface UnreadFile {
  /** As queries know it. */
  readonly table: string;
  /** The file's name without its directories, which no other has. */
  readonly name: string;
  /** Why not, in words. */
  readonly reason: string;
}

/** What a person is told of it. */
export function describeUnread({ table, name, reason }: UnreadFile): string {
  return `${name} of ${table} cannot be read: ${reason}`;
}

/**
 * Finds the files that a table cannot be read with, by halves: as long as nothing is wrong that takes one look at all of them.
 * @param problemWith what is wrong with the table if it has these files only; undefined if nothing is
 */
export async function unreadFiles(
  { name: table, paths }: LocalTable,
  problemWith: (paths: readonly string[]) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, UnreadFile>> {
  const found = new Map<string, UnreadFile>();
  const look = async (some: readonly string[]): Promise<void> => {
    const [first] = some;
    const reason = first === undefined ? undefined : await problemWith(some);
    if (first === undefined || reason === undefined) return;
    if (some.length === 1) {
      found.set(first, { table, name: basename(first), reason });
      return;
    }
    const middle = Math.ceil(some.length / 2);
    await look(some.slice(0, middle));
    await look(some.slice(middle));
  };
  await look(paths);
  return found;
}
