import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { crc32c } from "./crc32c";
import { kafkajsCrc32c } from "../transport/testing/kafkajs-reference";

const ascending = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

describe("the checksum", () => {
  it("equals the examples of RFC 3720, appendix B.4", () => {
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
    expect(crc32c(ascending)).toBe(0x46dd794e);
    expect(crc32c(Buffer.from(ascending).reverse())).toBe(0x113fdb5c);
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(0))).toBe(0);
  });

  it("equals that of kafkajs, for every length and start", () => {
    const bytes = Buffer.concat(
      Array.from({ length: 4 }, (_, index) => createHash("sha512").update(String(index)).digest()),
    );
    for (let length = 0; length <= 100; length++) {
      const start = length % 17;
      const part = bytes.subarray(start, start + length);
      expect(crc32c(bytes, start, start + length)).toBe(kafkajsCrc32c(part));
      expect(crc32c(part)).toBe(kafkajsCrc32c(part));
    }
  });
});
