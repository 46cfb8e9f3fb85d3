import { describe, expect, it } from "vitest";
import { Partitioners } from "../transport/testing/kafkajs-reference";
import { murmur2, partitionOfKey } from "./partitioner";

describe("the partition of a key", () => {
  it("follows from the hash of Kafka's own clients", () => {
    // From Kafka's org.apache.kafka.common.utils.UtilsTest.testMurmur2.
    const hashes = {
      "21": -973932308,
      foobar: -790332482,
      "a-little-bit-long-string": -985981536,
      "a-little-bit-longer-string": -1486304829,
      lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
      abc: 479470107,
    };
    for (const [text, hash] of Object.entries(hashes)) expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it("is the one that kafkajs chooses, for keys of every length", () => {
    const choose = Partitioners.DefaultPartitioner();
    for (let number = 0; number < 500; number++) {
      const key = Buffer.from(`${"ü".repeat(number % 9)}device-${number ** 3}/sensor_${number % 7}`);
      for (const count of [1, 3, 7, 64]) {
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
          partitionId,
          leader: 1,
          partitionErrorCode: 0,
          replicas: [],
          isr: [],
        }));
        const expected = choose({ topic: "t", partitionMetadata, message: { key, value: null } });
        expect(partitionOfKey(key, count)).toBe(expected);
      }
    }
  });
});
