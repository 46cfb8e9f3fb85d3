import { describe, expect, it } from "vitest";
import { decodeMetadataResponse, encodeMetadataRequest, metadataExchange } from "./metadata-request";

/** What a broker of Kafka 3.9.2 answered when it was asked for "device-1", of two partitions, and "absent". */
const answer = Buffer.from(
  [
    "00" + "00000000",
    "02" + "00000001" + "0a3132372e302e302e31" + "00004e18" + "00" + "00",
    "17516e5756684a685751716d5758334a325a644644556700000001",
    "03",
    "0000" + "096465766963652d31" + "5c586f7861894f089baa0f5354eaaee5" + "00",
    "03",
    "0000" + "00000000" + "00000001" + "00000000" + "0200000001" + "0200000001" + "01" + "00",
    "0000" + "00000001" + "00000001" + "00000000" + "0200000001" + "0200000001" + "01" + "00",
    "80000000" + "00",
    "0003" + "07616273656e74" + "00000000000000000000000000000000" + "00" + "01" + "80000000" + "00",
    "00",
  ].join(""),
  "hex",
);

const description = {
  clusterId: "QnWVhJhWQqmWX3J2ZdFDUg",
  topics: [
    { errorCode: 0, name: "device-1", topicId: "XFhveGGJTwibqg9TVOqu5Q" },
    { errorCode: 3, name: "absent", topicId: undefined },
  ],
};

describe("a request for the ids of topics", () => {
  it("is written byte by byte as the protocol says", async () => {
    const bytes = encodeMetadataRequest(["device-1", "absent"]);
    const id = "00".repeat(16);
    expect(bytes.toString("hex")).toBe(`0003${id}096465766963652d3100${id}07616273656e7400000000`);
    const { buf, buffer } = await metadataExchange(["device-1", "absent"]).request.encode();
    expect([buf, buffer]).toEqual([bytes, bytes]);
  });

  it("counts beyond what one byte holds", () => {
    const topics = Array.from({ length: 300 }, () => "t".repeat(249));
    const bytes = encodeMetadataRequest(topics);
    // 301 and 250, each in two bytes.
    expect(bytes.subarray(0, 3).toString("hex")).toBe("00ad02");
    expect(bytes.subarray(19, 21).toString("hex")).toBe("fa01");
    expect(bytes).toHaveLength(1 + 2 + 300 * (16 + 2 + 249 + 1) + 3);
  });
});

describe("an answer about the ids of topics", () => {
  it("is read as a broker wrote it", () => {
    expect(decodeMetadataResponse(answer)).toEqual(description);
  });

  it("may carry tags that nobody knows, and no cluster id", () => {
    const hex = answer.toString("hex");
    const tag = "01" + "07" + "03" + "aabbcc";
    const tagged = tag + hex.slice(2, -2) + tag;
    expect(decodeMetadataResponse(Buffer.from(tagged, "hex"))).toEqual(description);
    const nameless = hex.replace("17516e5756684a685751716d5758334a325a6446445567", "00");
    expect(decodeMetadataResponse(Buffer.from(nameless, "hex"))).toEqual({
      ...description,
      clusterId: undefined,
    });
  });

  it("is refused wherever it ends too early", () => {
    for (let length = 0; length < answer.length; length++) {
      expect(() => decodeMetadataResponse(answer.subarray(0, length))).toThrow(/ends too early/);
    }
  });

  it("is refused when a length has no end", () => {
    expect(() => decodeMetadataResponse(Buffer.alloc(20, 0xff))).toThrow(/length of more than five bytes/);
  });
});
