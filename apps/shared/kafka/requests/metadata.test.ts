import { describe, expect, it } from "vitest";
import { metadataExchange, metadataVersionWithoutIds } from "./metadata";

/** The answer of a broker of Kafka 3.9.2 about "device-1" with two partitions, and about "absent". */
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

const partition = { leader: 1, replicas: [1], inSyncReplicas: [1] };
const description = {
  clusterId: "QnWVhJhWQqmWX3J2ZdFDUg",
  brokers: [{ nodeId: 1, host: "127.0.0.1", port: 19_992 }],
  controllerId: 1,
  topics: [
    {
      errorCode: 0,
      name: "device-1",
      topicId: "XFhveGGJTwibqg9TVOqu5Q",
      partitions: [
        { ...partition, partition: 0 },
        { ...partition, partition: 1 },
      ],
    },
    { errorCode: 3, name: "absent", topicId: undefined, partitions: [] },
  ],
};

const encoded = async (topics: readonly string[] | undefined) => {
  const { buf, buffer } = await metadataExchange(topics).request.encode();
  expect(buf).toBe(buffer);
  return buffer;
};
const decoded = async (payload: Buffer) => {
  const { response } = metadataExchange([]);
  return response.parse(await response.decode(payload));
};

describe("a request for topics", () => {
  it("is written byte by byte as the protocol defines it", async () => {
    const id = "00".repeat(16);
    const bytes = await encoded(["device-1", "absent"]);
    expect(bytes.toString("hex")).toBe(`0003${id}096465766963652d3100${id}07616273656e7400000000`);
  });

  it("asks for all topics by naming none", async () => {
    expect((await encoded(undefined)).toString("hex")).toBe("0000000000");
    expect((await encoded([])).toString("hex")).toBe("0001000000");
  });

  it("has more topics than one byte can count", async () => {
    const topics = Array.from({ length: 300 }, () => "t".repeat(249));
    const bytes = await encoded(topics);
    // 301 and 250, each in two bytes.
    expect(bytes.subarray(0, 3).toString("hex")).toBe("00ad02");
    expect(bytes.subarray(19, 21).toString("hex")).toBe("fa01");
    expect(bytes).toHaveLength(1 + 2 + 300 * (16 + 2 + 249 + 1) + 3);
  });
});

describe("an answer about topics", () => {
  it("is read as a broker wrote it", async () => {
    await expect(decoded(answer)).resolves.toEqual(description);
  });

  it("may have unknown tags, and no cluster id", async () => {
    const hex = answer.toString("hex");
    const tag = "01" + "07" + "03" + "aabbcc";
    const tagged = tag + hex.slice(2, -2) + tag;
    await expect(decoded(Buffer.from(tagged, "hex"))).resolves.toEqual(description);
    const nameless = hex.replace("17516e5756684a685751716d5758334a325a6446445567", "00");
    await expect(decoded(Buffer.from(nameless, "hex"))).resolves.toEqual({
      ...description,
      clusterId: undefined,
    });
  });

  it("fails wherever it ends too early", async () => {
    for (let length = 0; length < answer.length; length++) {
      await expect(decoded(answer.subarray(0, length))).rejects.toThrow(/ends too early/);
    }
  });

  it("fails if a length has no end", async () => {
    await expect(decoded(Buffer.alloc(20, 0xff))).rejects.toThrow(/length of more than five bytes/);
  });
});

describe("a request for topics to brokers without topic ids", () => {
  const exchange = metadataExchange(["device-1", "absent"], metadataVersionWithoutIds);

  it("is written byte by byte as the protocol defines it", async () => {
    const { buffer } = await exchange.request.encode();
    expect(buffer.toString("hex")).toBe("0003096465766963652d31000761627365" + "6e740000000000");
  });

  it("reads the same answer without ids", async () => {
    const hex = answer.toString("hex");
    const withoutIds = hex
      .replace("5c586f7861894f089baa0f5354eaaee5", "")
      .replace("00000000000000000000000000000000", "")
      .replace(/00$/, "8000000000");
    const decodedAnswer = await exchange.response.decode(Buffer.from(withoutIds, "hex"));
    await expect(exchange.response.parse(decodedAnswer)).resolves.toEqual({
      ...description,
      topics: description.topics.map((topic) => ({ ...topic, topicId: undefined })),
    });
  });
});
