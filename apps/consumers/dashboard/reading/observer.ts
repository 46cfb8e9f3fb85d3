import { parseObservation } from "../../../../contract/messages/observation";
import { type FollowedBatch, headerOf, type KafkaMessage } from "../../../shared/kafka";
import { labelsOf } from "../../../shared/labels";
import type { PartitionAccount, ReadMessage } from "../conservation/account";
import type { Catalog } from "../curves/catalog";
import type { Latencies } from "../curves/latencies";
import type { Rates } from "../curves/rates";

/** What messages are looked at for. */
export interface ObserverSinks {
  readonly catalog: Catalog;
  /** By the device's index. */
  readonly deviceRates: Rates;
  readonly latencies: Latencies;
}

/** An observation that a device held back for so long before it sent it says nothing of how long messages take. */
const maxHeldBackMs = 5_000;
/** Latencies that are taken of one batch: a burst of many thousands would leave nothing of those before it. */
const maxSamples = 64;

/** Looks at messages as they come: into the curves, the rates, and the ledger. */
export class Observer {
  /** Messages that were read, of the past and live. */
  messagesRead = 0;

  constructor(
    private readonly sinks: ObserverSinks,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes messages of the past into the ledger alone. */
  past({ messages }: FollowedBatch, account: PartitionAccount): void {
    this.messagesRead += messages.length;
    for (const message of messages) account.message(readMessage(message));
  }

  /**
   * Takes messages that the live reader has.
   * @param liveAt the first offset that was written since reading began: those before it fill the curves, and were not sent now
   */
  live({ topic, messages }: FollowedBatch, account: PartitionAccount, liveAt: number): void {
    const { catalog, deviceRates, latencies } = this.sinks;
    const nowMs = this.now();
    this.messagesRead += messages.length;
    const sampleEvery = Math.ceil(messages.length / maxSamples);
    for (const [place, message] of messages.entries()) {
      const read = readMessage(message);
      account.message(read);
      const { observation, offset, timestampMs } = read;
      if (observation === undefined) continue;
      const observedMs = Date.parse(observation.timestamp);
      const device = catalog.observe(topic, observation, observedMs);
      if (offset < liveAt) continue;
      if (device !== undefined) deviceRates.add(device.index);
      if (place % sampleEvery === 0 && Math.abs(timestampMs - observedMs) < maxHeldBackMs)
        latencies.add(nowMs, Math.max(0, nowMs - observedMs));
    }
  }
}

function readMessage(message: KafkaMessage): ReadMessage {
  const timestampMs = Number(message.timestamp);
  const parsed = parseObservation(message.value, timestampMs);
  return {
    offset: Number(message.offset),
    timestampMs,
    key: message.key,
    observation: parsed.kind === "observation" ? parsed.observation : undefined,
    labels: labelsOf((name) => headerOf(message, name)),
  };
}
