import { faultHeader, heldHeader, lostHeader } from "../../contract/messages/fault-labels";
import type { Scenario, ScenarioMessage } from "./scenario";

/** The first boot of all scenarios: their times count from here. */
export const startMs = Date.UTC(2026, 10, 23);

/** A message of a scenario, as Kafka has it. */
export interface ScenarioKafkaMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  /** Kafka's timestamp, in milliseconds since 1970: when the observation was made. */
  readonly timestampMs: number;
  /** By name. */
  readonly headers: Readonly<Record<string, Buffer>>;
  /** The observation that it is, or would be if its value were not corrupt; undefined for `foreign` values. */
  readonly observation: ScenarioObservation | undefined;
}

export interface ScenarioObservation {
  readonly device: string;
  readonly sensor: string;
  readonly boot: number;
  readonly seq: number;
  /** UTC, to the millisecond. */
  readonly timestamp: string;
  readonly value: number;
}

/** Writes a message of a topic as a device does. */
export function kafkaMessage(topic: string, message: ScenarioMessage): ScenarioKafkaMessage {
  const { device = topic, sensor = "s", boot = 0, seq, kinds, lost, held, value: kind } = message;
  const atMs = startMs + (message.atMs ?? boot + seq * 1_000);
  const timestamp = new Date(atMs).toISOString();
  const observation = { device, sensor, boot: startMs + boot, seq, timestamp, value: 0 };
  const until = held && new Date(startMs + held.untilMs).toISOString();
  const labels = {
    ...(kinds && {
      [faultHeader]: { kinds, device, sensor, boot: startMs + boot, seq, observedAt: timestamp },
    }),
    ...(lost && { [lostHeader]: lost }),
    ...(held && { [heldHeader]: { count: held.count, until } }),
  };
  return {
    key: Buffer.from(`${device}/${sensor}`),
    value: Buffer.from(kind === undefined ? JSON.stringify(observation) : "\u0000"),
    timestampMs: atMs,
    headers: Object.fromEntries(
      Object.entries(labels).map(([name, label]) => [name, Buffer.from(JSON.stringify(label))]),
    ),
    observation: kind === "foreign" ? undefined : observation,
  };
}

/** The devices of a scenario's plan. */
export function devicesOf({ devices, topics }: Scenario): readonly { name: string; topic: string }[] {
  return devices ?? [...new Set(topics.map(({ name }) => name))].map((name) => ({ name, topic: name }));
}
