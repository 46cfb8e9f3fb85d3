import { parseObservation } from "../../../shared/contract/observation";
import { representable } from "./times";
import type { ObservationFields } from "./observation-columns";
import { ObservationScanner } from "./observation-scanner";

/** Kafka's own default for the largest message (`message.max.bytes` without its overhead); an observation is far smaller. */
const mostValueBytes = 1_048_576;

/** Reads messages; what the table cannot hold is a value too, because it must not stop the stream. */
export class MessageReader {
  private readonly scanner = new ObservationScanner();

  /**
   * Reads the observation whose JSON lies in `bytes` from `start` on; `length` is -1 for a tombstone.
   * @param time Kafka's timestamp of the message, in milliseconds since 1970
   * @returns the fields, which hold until the next call, or the reason why it is none.
   */
  read(bytes: Buffer, start: number, length: number, time: number): ObservationFields | string {
    if (length > mostValueBytes) {
      return `it is ${length} bytes long, and an observation at most ${mostValueBytes}`;
    }
    const fields = this.scanner.scan(bytes, start, start + length)
      ? this.scanner
      : readCarefully(length < 0 ? null : bytes.subarray(start, start + length));
    if (typeof fields === "string") return fields;
    if (!isRepresentable(fields.time)) {
      return `timestamp: ${new Date(fields.time).toISOString()} is not a time of the years 1900 to 9999`;
    }
    if (!isRepresentable(time)) return `Kafka's timestamp ${time} is not a time of the years 1900 to 9999`;
    return fields;
  }
}

function readCarefully(value: Buffer | null): ObservationFields | string {
  const parsed = parseObservation(value);
  if (parsed.kind === "malformed") return parsed.reason;
  const { device, sensor, boot, seq, timestamp, value: measured, label } = parsed.observation;
  return {
    device: device.toWellFormed(),
    sensor: sensor.toWellFormed(),
    boot,
    seq,
    time: Date.parse(timestamp),
    value: measured,
    label: label?.toWellFormed() ?? null,
  };
}

function isRepresentable(time: number): boolean {
  return time === representable(time);
}
