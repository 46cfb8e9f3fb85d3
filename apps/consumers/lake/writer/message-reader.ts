import { kafkaTimeProblem, parseObservation } from "../../../../contract/messages/observation";
import type { ObservationFields } from "./observation-columns";
import { ObservationScanner } from "./observation-scanner";

/** Longer messages are left to the ordinary way: few observations are, and too long ones are none. */
const maxScannedBytes = 65_536;

/** Reads messages; what the table cannot hold is a value too, because it must not stop the stream. */
export class MessageReader {
  private readonly scanner = new ObservationScanner();

  /**
   * Reads the observation whose JSON lies in `bytes` from `start` on; `length` is -1 for a tombstone.
   * @param timeMs Kafka's timestamp of the message, in milliseconds since 1970
   * @returns the fields, which hold until the next call, or the reason why it is none.
   */
  read(bytes: Buffer, start: number, length: number, timeMs: number): ObservationFields | string {
    if (length <= maxScannedBytes && this.scanner.scan(bytes, start, start + length))
      return kafkaTimeProblem(timeMs) ?? this.scanner;
    return readCarefully(length < 0 ? null : bytes.subarray(start, start + length), timeMs);
  }
}

function readCarefully(value: Buffer | null, timeMs: number): ObservationFields | string {
  const parsed = parseObservation(value, timeMs);
  if (parsed.kind === "malformed") return parsed.reason;
  const { device, sensor, boot, seq, timestamp, value: measured, label = null } = parsed.observation;
  return { device, sensor, boot, seq, time: Date.parse(timestamp), value: measured, label };
}
