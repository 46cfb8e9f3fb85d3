// npm run verify: proves that the lake's tables hold every message of its topics exactly once, or lists what is wrong.
import { incarnationsOf } from "../../apps/shared/lake-table/incarnations";
import { lakeTablePath } from "../../contract/environment/lake";
import { print } from "../../apps/shared/stdout";
import { type LakeContainers, findLakeContainers } from "../lake/container";
import { type OffsetsByTopic, readOffsets } from "../lake/kafka-offsets";
import { readTable } from "../lake/snapshot";
import { readLake, withSql } from "../lake/stack-lake";
import { describeUnread } from "../lake/unread-files";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { SetupError } from "../setup/errors.mjs";
import { Progress } from "../setup/progress.mjs";
import { stackName } from "../setup/stack.mjs";
import { judge } from "./judge";
import { type LakeDuties, readDuties } from "./lakes";
import { readLabels } from "./read-labels";
import { describeVerdict, type Verdict, verdictJson } from "./report";
import { runsOf, shrunkTopics, type Straggler, stragglers } from "./runs";

/** Beyond a lake's flush interval; for what it takes to write and to commit, even on a slow machine. */
const patienceMs = 60_000;
const lookAgainMs = 1000;
const maxStragglers = 20;

void runCommand(commands.verify, async ({ values: { stack, json } }) => {
  const verdict = await verify(stack ?? (await stackName()));
  await print(`${json ? verdictJson(verdict) : describeVerdict(verdict)}\n`);
  return verdict.problems.length === 0 ? 0 : 1;
});

async function verify(stack: string): Promise<Verdict> {
  const containers = await findLakeContainers(stack);
  const duties = await readDuties(containers.names);
  const before = incarnationsOf((await readLake(containers)).bronze.state.transactions);
  const topics = [...new Set([...duties.read, ...before.keys()])];
  const ends = await readOffsets(stack, topics);
  if (ends === undefined) {
    throw new SetupError(
      `No broker of stack "${stack}" answers, so nothing tells what the table must hold; npm start brings them up.`,
    );
  }
  const late = await waitForTable(containers, ends, duties);
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
      unread: duties.unread,
      gone: topics.filter((topic) => !ends.has(topic)),
    };
  });
}

/** Waits until the table has everything that the topics had. @returns what is wrong if it does not come so far. */
async function waitForTable(
  containers: LakeContainers,
  ends: OffsetsByTopic,
  { flushIntervalMs }: LakeDuties,
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
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

function describeStraggler({ topic, partition, next, end }: Straggler): string {
  const state = next === undefined ? "the table has nothing of it" : `the table has come up to ${next}`;
  return `topic ${topic} partition ${partition} ended at offset ${end}, and ${state}; npm run logs -- lake says what the lake does`;
}
