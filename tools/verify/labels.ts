import { readBackwards, reasonOf } from "../../apps/shared/kafka";
import { labelsOf } from "../../apps/shared/labels";
import { counted } from "../../apps/shared/text";
import type { FaultLabel, HeldLabel, LostLabel } from "../../contract/messages/fault-labels";
import { parseObservation } from "../../contract/messages/observation";
import { type OffsetsByTopic, stackKafka } from "../lake/kafka-offsets";
import { SetupError } from "../setup/errors.mjs";
import { Progress } from "../setup/progress.mjs";

/** A sensor in one life of its device. */
export interface Sequence {
  readonly device: string;
  readonly sensor: string;
  readonly boot: number;
}

/** An observation that declared faults have struck. */
export interface StruckObservation extends Sequence {
  readonly seq: number;
  readonly kinds: FaultLabel["kinds"];
}

/** Observations right before this one that there are no messages of, as declared. */
export interface DeclaredLoss extends Sequence {
  readonly seq: number;
  readonly lost: LostLabel;
}

/** Observations right before this one that come later, as declared. */
export interface DeclaredHold extends Sequence {
  readonly seq: number;
  readonly held: HeldLabel;
}

/** What the headers of a topic's messages declare. */
export interface DeclaredFaults {
  readonly struck: StruckObservation[];
  readonly losses: DeclaredLoss[];
  readonly holds: DeclaredHold[];
  /** Messages with headers of these names that cannot be read: they explain nothing. */
  unreadable: number;
}

/** Reads what the headers of all messages declare. */
export type ReadDeclared = () => Promise<DeclaredFaults & { readonly notes: readonly string[] }>;

/** What is looked at of a message. */
export interface LabelledMessage {
  readonly value: Buffer | null;
  /** Kafka's timestamp, in milliseconds since 1970. */
  readonly timeMs: number;
  header(name: string): Buffer | undefined;
}

export function nothingDeclared(): DeclaredFaults {
  return { struck: [], losses: [], holds: [], unreadable: 0 };
}

/** Adds what a message's headers declare. Most messages have none, so that their values need not be looked at. */
export function collectLabels(message: LabelledMessage, declared: DeclaredFaults): void {
  const labels = labelsOf((name) => message.header(name));
  if (labels === undefined) return;
  const { fault, lost, held, areReadable } = labels;
  // The payload may be corrupt, as declared; its label says whose it was.
  const observation = fault ?? observationOf(message);
  const isComplete = (lost === undefined && held === undefined) || observation !== undefined;
  if (!areReadable || !isComplete) declared.unreadable++;
  if (observation === undefined) return;
  const { device, sensor, boot, seq } = observation;
  if (fault) declared.struck.push({ device, sensor, boot, seq, kinds: fault.kinds });
  if (lost) declared.losses.push({ device, sensor, boot, seq, lost });
  if (held) declared.holds.push({ device, sensor, boot, seq, held });
}

function observationOf({
  value,
  timeMs,
}: LabelledMessage): (Sequence & { readonly seq: number }) | undefined {
  const parsed = parseObservation(value, timeMs);
  return parsed.kind === "observation" ? parsed.observation : undefined;
}

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
