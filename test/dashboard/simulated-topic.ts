import { ObservationEncoder } from "../../apps/device/send/encoding";
import type { Fleet } from "../../apps/device/simulate/fleet";
import type { Mark } from "../../apps/device/simulate/observation";
import { ObservationRing } from "../../apps/device/send/observation-ring";
import { BatchWriter, PartitionsOfSensors } from "../../apps/device/send/batch-writer";
import type { ObservationSink, SensorStream } from "../../apps/device/simulate/sensor-stream";
import { fleetOf, streamOf } from "../../apps/device/testing/streams";
import { type Draws, drawStream } from "../../apps/device/testing/random-streams";
import { recordsOf } from "../../apps/device/testing/sent-records";
import { parseObservation } from "../../contract/messages/observation";
import { labelsOf } from "../../apps/shared/labels";
import type { MessageEvent } from "../../apps/consumers/dashboard/reconciliation/events";

/** A message of the topic, and which observation it is. */
export interface SimulatedMessage extends Omit<MessageEvent, "type" | "topic" | "partition" | "offset"> {
  readonly subject: {
    readonly device: string;
    readonly sensor: string;
    readonly boot: number;
    readonly seq: number;
  };
}

/** A topic on its brokers: messages by partition, with offsets from 0. */
export class SimulatedTopic {
  readonly partitions: SimulatedMessage[][] = [];

  append(partition: number, message: SimulatedMessage): void {
    while (this.partitions.length <= partition) this.partitions.push([]);
    this.partitions[partition]?.push(message);
  }
}

/** The devices of one container in one life, built from the device app itself, with any faults. */
export class SimulatedLife {
  readonly produced: number[];
  readonly acknowledged: number[];
  private readonly ring = new ObservationRing(1_000_000, "newest");
  private readonly fleet: Fleet;
  private readonly streams: readonly SensorStream[];
  private readonly writer: BatchWriter;
  private readonly partitions: PartitionsOfSensors;

  constructor(
    seed: string,
    readonly devices: readonly string[],
    sensors: number,
    readonly boot: number,
  ) {
    const names = Array.from({ length: sensors }, (_, index) => `sensor_${index}`);
    this.fleet = fleetOf({ devices, sensors: names, boot, sharesTopic: true });
    this.produced = devices.map(() => 0);
    this.acknowledged = devices.map(() => 0);
    const keep = (
      sensor: number,
      seq: number,
      timeMs: number,
      value: number,
      mark: string | Mark | undefined,
    ) => {
      count(this.produced, this.fleet.deviceOf(sensor));
      this.ring.push(sensor, seq, timeMs, value, mark);
    };
    const sink: ObservationSink = { push: keep, pushDuplicate: keep, struck: () => {} };
    this.streams = this.fleet.keys.map((_, index) =>
      streamOf({ ...drawStream(`${seed} ${index}`), index }, sink),
    );
    for (const stream of this.streams) stream.startAt(boot);
    const encoder = new ObservationEncoder(this.fleet.devices, this.fleet.sensors, {
      boot,
      tags: {},
      messageBytes: 0,
    });
    this.writer = new BatchWriter(this.fleet, encoder, false);
    this.partitions = new PartitionsOfSensors(this.fleet.keys);
  }

  /** Makes the observations that are due up to a time. */
  observe(untilMs: number): void {
    for (;;) {
      const next = this.streams.reduce((one, other) => (other.dueMs < one.dueMs ? other : one));
      if (next.dueMs > untilMs) return;
      next.step();
    }
  }

  /** Sends up to `max` messages. @returns the messages that reach the brokers, with their partitions */
  send(max: number, partitionCount: number, nowMs: number): [number, SimulatedMessage][] {
    this.partitions.update(partitionCount);
    this.writer.fill(this.ring, this.partitions, max, nowMs);
    const sent = [...this.writer.filled].flatMap(([partition, batch]) =>
      recordsOf(batch).map(({ key, value, headers }): [number, SimulatedMessage] => {
        const parsed = parseObservation(Buffer.from(value), nowMs);
        const observation = parsed.kind === "observation" ? parsed.observation : undefined;
        const labels = labelsOf((name) =>
          headers[name] === undefined ? undefined : Buffer.from(JSON.stringify(headers[name])),
        );
        const subject = labels?.fault ?? observation;
        if (subject === undefined) throw new Error(`a message names no device: ${value}`);
        return [partition, { timestampMs: nowMs, key: Buffer.from(key), observation, labels, subject }];
      }),
    );
    this.writer.clear();
    for (const [, { subject }] of sent) count(this.acknowledged, this.devices.indexOf(subject.device));
    return sent;
  }

  /** Stops in order: makes and sends everything that is held back. */
  end(nowMs: number, partitionCount: number): [number, SimulatedMessage][] {
    for (const stream of this.streams) stream.flush(nowMs);
    return this.send(Infinity, partitionCount, nowMs);
  }
}

function count(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

/** Lives of devices, one after the other. The last one does not end. */
export function simulatedLives(seed: string, draws: Draws) {
  const devices = Array.from({ length: 1 + draws.below(3) }, (_, index) => `meter-${index + 1}`);
  const sensors = 1 + draws.below(3);
  return { devices, begin: (boot: number) => new SimulatedLife(seed, devices, sensors, boot) };
}
