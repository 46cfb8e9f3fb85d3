import { type MalformedMessage, parseObservation } from "../../shared/contract/observation";
import type { KafkaMessage } from "../../shared/kafka";
import type { ObservationRow } from "./schema";

export type RowOrReason = { readonly kind: "row"; readonly row: ObservationRow } | MalformedMessage;

const firstTime = Date.parse("0000-01-01T00:00:00.000Z");
const lastTime = Date.parse("9999-12-31T23:59:59.999Z");

/** The row of a message; what the table cannot hold is a value too, because it must not stop the stream. */
export function rowOf(
  topic: string,
  partition: number,
  message: Pick<KafkaMessage, "value" | "offset" | "timestamp">,
): RowOrReason {
  const parsed = parseObservation(message.value);
  if (parsed.kind === "malformed") return parsed;
  const { device, sensor, boot, seq, timestamp, value, label } = parsed.observation;
  const time = Date.parse(timestamp);
  const kafkaTime = Number(message.timestamp);
  if (!isRepresentable(time)) {
    return { kind: "malformed", reason: `timestamp: ${timestamp} is not a time of the years 0 to 9999` };
  }
  if (!isRepresentable(kafkaTime)) {
    return {
      kind: "malformed",
      reason: `Kafka's timestamp ${message.timestamp} is not a time of the years 0 to 9999`,
    };
  }
  return {
    kind: "row",
    row: {
      device: device.toWellFormed(),
      sensor_name: sensor.toWellFormed(),
      boot,
      seq,
      timestamp: time,
      value,
      label: label?.toWellFormed() ?? null,
      kafka_topic: topic,
      kafka_partition: partition,
      kafka_offset: Number(message.offset),
      kafka_timestamp: kafkaTime,
    },
  };
}

function isRepresentable(time: number): boolean {
  return time >= firstTime && time <= lastTime;
}
