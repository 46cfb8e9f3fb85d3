import { readBackwards, reasonOf } from "../../apps/shared/kafka";
import { labelsOf } from "../../apps/shared/labels";
import { counted } from "../../apps/shared/text";
import type { FaultLabel, HeldLabel, LostLabel } from "../../contract/messages/fault-labels";
import { parseObservation } from "../../contract/messages/observation";
import { type OffsetsByTopic, stackKafka } from "../lake/kafka-offsets";
import { SetupError } from "../setup/errors.mjs";
import { Progress } from "../setup/progress.mjs";

/** A sensor between two starts of its device. */
export interface Sequence {
  readonly device: string;
  readonly sensor: string;
  readonly boot: number;
}

/** An observation with declared faults. */
export interface StruckObservation extends Sequence {
  readonly seq: number;
  readonly kinds: FaultLabel["kinds"];
}

/** A declaration that the observations right before this one have no messages. */
export interface DeclaredLoss extends Sequence {
  readonly seq: number;
  readonly lost: LostLabel;
}

/** A declaration that the observations right before this one come later. */
export interface DeclaredHold extends Sequence {
  readonly seq: number;
  readonly held: HeldLabel;
}

/** The declarations in the headers of a topic's messages. */
export interface DeclaredFaults {
  readonly struck: StruckObservation[];
  readonly losses: DeclaredLoss[];
  readonly holds: DeclaredHold[];
  /** The number of messages with unreadable headers of these names: they explain nothing. */
  unreadable: number;
}

/** Reads the declarations in the headers of all messages. */
export type ReadDeclared = () => Promise<DeclaredFaults & { readonly notes: readonly string[] }>;

/** The parts of a message that are read here. */
export interface LabelledMessage {
  readonly value: Buffer | null;
  /** Kafka's timestamp, in milliseconds since 1970. */
  readonly timeMs: number;
  header(name: string): Buffer | undefined;
}

export function nothingDeclared(): DeclaredFaults {
  return { struck: [], losses: [], holds: [], unreadable: 0 };
}

/** Adds the declarations in a message's headers. Most messages have none, so that their values need not be read. */
export function collectLabels(message: LabelledMessage, declared: DeclaredFaults): void {
  const labels = labelsOf((name) => message.header(name));
  if (labels === undefined) return;
  const { fault, lost, held, areReadable } = labels;
  // The payload may be corrupt, as declared; its label identifies the observation.
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

/** How long the brokers may take to answer. */
const patienceMs = 60_000;
/** How many unreadable batches are listed. */
const maxNotes = 10;

/**
 * Reads the headers of all messages that the topics have.
 *
 * @param ends of the topics that exist
 * @returns the declarations, with notes about messages that cannot be read any more
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

/** A note about removed messages, whose declarations are unknown. */
function removedNotes(ends: OffsetsByTopic): string[] {
  const removed = [...ends.values()].flat().reduce((sum, { earliest }) => sum + earliest, 0);
  if (removed === 0) return [];
  return [
    `${counted(removed, "message")} were removed from the topics: what their headers declared is not known`,
  ];
}
