import { readBackwards, reasonOf } from "../../apps/shared/kafka";
import { counted } from "../../apps/shared/text";
import { type OffsetsByTopic, stackKafka } from "../lake/kafka-offsets";
import { SetupError } from "../setup/errors.mjs";
import { Progress } from "../setup/progress.mjs";
import type { ReadDeclared } from "./judge";
import { collectLabels, nothingDeclared } from "./labels";

/** Without an answer of the brokers for so long, nobody is helped by waiting on. */
const patienceMs = 60_000;
/** Batches that cannot be read are named up to so many. */
const maxNotes = 10;

/**
 * Reads the headers of all messages that the topics have.
 *
 * @param ends of the topics that exist
 * @returns notes on what is not there to be read any more, too
 */
export function readLabels(stack: string, ends: OffsetsByTopic): ReadDeclared {
  return async () => {
    const declared = nothingDeclared();
    const kafka = await stackKafka(stack);
    if (kafka === undefined) throw new SetupError(`No broker of stack "${stack}" runs any more.`);
    const notes: string[] = [];
    const task = new Progress().start("faults", "reading what the messages' headers declare");
    for (const topic of ends.keys()) {
      const giveUp = new AbortController();
      let timer = setTimeout(() => giveUp.abort(), patienceMs);
      const end = await readBackwards(kafka, topic, {
        onRecord: (record) => collectLabels(record, declared),
        onUnreadable: (partition, firstOffset, lastOffset, problem) =>
          notes.push(
            `${counted(lastOffset - firstOffset + 1, "message")} of topic "${topic}", partition ${partition}: ` +
              `${reasonOf({ firstOffset, lastOffset, problem })}; observations in it are missing`,
          ),
        enough: () => false,
        onProgress: () => {
          clearTimeout(timer);
          timer = setTimeout(() => giveUp.abort(), patienceMs);
        },
        signal: giveUp.signal,
      });
      clearTimeout(timer);
      if (end === "aborted") {
        task.drop();
        throw new SetupError(
          `topic "${topic}" could not be read within ${patienceMs / 1000} s: are all brokers up?`,
        );
      }
    }
    task.done();
    return { ...declared, notes: [...removedNotes(ends), ...notes.slice(0, maxNotes)] };
  };
}

/** What retention has removed declares nothing any more. */
function removedNotes(ends: OffsetsByTopic): string[] {
  const removed = [...ends.values()].flat().reduce((sum, { earliest }) => sum + earliest, 0);
  if (removed === 0) return [];
  return [
    `${counted(removed, "message")} were removed from the topics: what their headers declared is not known`,
  ];
}
