import { LakeEnvironment } from "../../contract/environment/lake";
import { parseEnvironment } from "../../contract/environment/variables";
import { docker } from "../lake/docker";

/** What the lakes of a stack are told to do. */
export interface LakeDuties {
  /** Topics that are to be in the table. */
  readonly read: readonly string[];
  /** Topics that devices publish to and no lake reads. */
  readonly unread: readonly string[];
  /** The longest that a row waits for its commit. */
  readonly flushIntervalMs: number;
}

/** @param containers names of the lakes' containers, running or not. */
export async function readDuties(containers: readonly string[]): Promise<LakeDuties> {
  const format = "{{json .Config.Env}}";
  const listing = (await docker(["inspect", "--format", format, ...containers])).toString("utf8");
  return dutiesOf(
    listing
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as string[]),
  );
}

/** @param environments of the lakes' containers, as `NAME=value`. */
export function dutiesOf(environments: readonly (readonly string[])[]): LakeDuties {
  const lakes = environments.map((lines) => {
    const variables = lines.map((line): [string, string] => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    });
    return parseEnvironment(LakeEnvironment, Object.fromEntries(variables));
  });
  const read = [...new Set(lakes.flatMap((lake) => lake.CONSUMER_TOPICS))].sort();
  const planned = new Set(lakes.flatMap((lake) => lake.LAKE_PLANNED_TOPICS));
  return {
    read,
    unread: [...planned].filter((topic) => !read.includes(topic)).sort(),
    flushIntervalMs: Math.max(...lakes.map((lake) => lake.LAKE_FLUSH_INTERVAL_MS)),
  };
}
