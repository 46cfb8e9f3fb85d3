import { incarnationsOf } from "../../apps/shared/lake-table/incarnations";
import { print } from "../../apps/shared/stdout";
import { lakeTablePath } from "../../contract/environment/lake";
import { commands } from "../commands.mjs";
import { type OffsetsByTopic, readOffsets } from "../lake/kafka-offsets";
import { describeUnread } from "../lake/sql/views";
import { readLake, withSql } from "../lake/stack-lake";
import { findLakeContainers, type LakeContainers } from "../lake/table/container";
import { readTable } from "../lake/table/snapshot";
import { runCommand } from "../setup/command.mjs";
import { SetupError } from "../setup/errors.mjs";
import { Progress } from "../setup/progress.mjs";
import { stackName } from "../setup/stack.mjs";
import {
  type LakeTopics,
  readLakeTopics,
  runsOf,
  shrunkTopics,
  type Straggler,
  stragglers,
} from "./expected";
import { judge } from "./judge";
import { readLabels } from "./labels";
import { describeVerdict, type Verdict, verdictJson } from "./report";

// npm run verify: proves that the lake's tables hold every message of its topics exactly once, or lists the problems.

/** How much longer than a lake's flush interval writing and committing may take, even on a slow machine. */
const patienceMs = 60_000;
const retryMs = 1000;
const maxStragglers = 20;

void runCommand(commands.verify, async ({ values: { stack, json } }) => {
  const verdict = await verify(stack ?? (await stackName()));
  await print(`${json ? verdictJson(verdict) : describeVerdict(verdict)}\n`);
  return verdict.problems.length === 0 ? 0 : 1;
});

async function verify(stack: string): Promise<Verdict> {
  const containers = await findLakeContainers(stack);
  const lakes = await readLakeTopics(containers.names);
  const before = incarnationsOf((await readLake(containers)).bronze.state.transactions);
  const topics = [...new Set([...lakes.read, ...before.keys()])];
  const ends = await readOffsets(stack, topics);
  if (ends === undefined) {
    throw new SetupError(
      `No broker of stack "${stack}" answers, so it is unknown what the table must hold; npm start brings them up.`,
    );
  }
  const late = await waitForTable(containers, ends, lakes);
  return withSql(containers, async (sql, { bronze }) => {
    const judgement = await judge(
      sql,
      runsOf(incarnationsOf(bronze.state.transactions)),
      readLabels(stack, ends),
    );
    return {
      ...judgement,
      stack,
      version: bronze.state.version,
      problems: [
        ...sql.unread.map((file) => `${describeUnread(file)}; its rows are not proved`),
        ...shrunkTopics(before, ends),
        ...late,
        ...judgement.problems,
      ],
      unread: lakes.unread,
      gone: topics.filter((topic) => !ends.has(topic)),
    };
  });
}

/** Waits until the table has everything that the topics had. @returns the problems if it does not get there in time. */
async function waitForTable(
  containers: LakeContainers,
  ends: OffsetsByTopic,
  { flushIntervalMs }: LakeTopics,
): Promise<string[]> {
  const progress = new Progress();
  const deadline = containers.running ? Date.now() + flushIntervalMs + patienceMs : 0;
  let task: ReturnType<Progress["start"]> | undefined;
  for (;;) {
    const table = await readTable(containers.table(lakeTablePath));
    const behind = stragglers(incarnationsOf(table?.state.transactions ?? new Map()), ends);
    if (behind.length === 0) {
      task?.done("it has");
      return [];
    }
    const messages = behind.reduce((sum, { next, end }) => sum + end - (next ?? 0), 0);
    task ??= progress.start(
      "table",
      `waiting until it has the ${messages.toLocaleString("en")} messages that it lacks`,
    );
    if (Date.now() > deadline) {
      task.drop();
      const idle = containers.running ? [] : ["no lake is running: npx pulumi up starts it again"];
      return [...idle, ...behind.slice(0, maxStragglers).map(describeStraggler)];
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

function describeStraggler({ topic, partition, next, end }: Straggler): string {
  const state = next === undefined ? "the table has nothing of it" : `the table has read it up to ${next}`;
  return `topic ${topic} partition ${partition} ended at offset ${end}, and ${state}; npm run logs -- lake shows what the lake does`;
}
