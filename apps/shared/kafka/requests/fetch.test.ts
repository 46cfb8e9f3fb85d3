import { describe, expect, it } from "vitest";
import { type FetchOfMany, fetchOfManyExchange } from "./fetch";

const topicId = "_dWdrQoSSDe0IQz5GAj6cA";
const id = "fdd59dad0a124837b4210cf91808fa70";
const ask = (asked: Pick<FetchOfMany, "session" | "partitions" | "forgotten">) =>
  fetchOfManyExchange({ maxWaitMs: 500, maxBytes: 0x200000, maxBytesOfPartition: 0x100000, ...asked });
const encoded = async (asked: Parameters<typeof ask>[0]) =>
  (await ask(asked).request.encode()).buffer.toString("hex");
const nothing = { session: { id: 0, epoch: 0 }, partitions: [], forgotten: [] };
const decoded = async (hex: string) => {
  const { response } = ask(nothing);
  return response.parse(await response.decode(Buffer.from(hex, "hex")));
};

const head = "00" + "ffffffff" + "000001f4" + "00000001" + "00200000" + "00";
const partition = (number: string, offset: string) =>
  `${number}ffffffff${offset}ffffffffffffffffffffffff0010000000`;

/** A batch with the message "k" "v" as a broker stored it. */
const batch =
  "00000000000000000000003a000000000236f5f671000000000000000001a20a488668000001a20a488668" +
  "ffffffffffffffff0000000000000000000110000000026b027600";

/** The answer of a broker of Kafka 3.9.2: one message, and an offset that does not exist. */
const answer = [
  "00" + "00000000" + "0000" + "0aa9f86b" + "02" + id + "03",
  "00000000" + "0000" + "0000000000000001" + "0000000000000001" + "0000000000000000" + "00" + "ffffffff",
  "47" + batch + "00",
  "00000001" + "0001" + "ffffffffffffffff" + "ffffffffffffffff" + "ffffffffffffffff" + "00" + "ffffffff",
  "01" + "00" + "00" + "00",
].join("");

describe("a fetch of many partitions", () => {
  it("begins a session, byte by byte as the protocol defines it", async () => {
    const partitions = [
      { topicId, partition: 0, offset: 0 },
      { topicId, partition: 1, offset: 5 },
    ];
    expect(await encoded({ ...nothing, partitions })).toBe(
      head +
        "00000000" +
        "00000000" +
        `02${id}03` +
        partition("00000000", "0000000000000000") +
        partition("00000001", "0000000000000005") +
        "00" +
        "01" +
        "01" +
        "00",
    );
  });

  it("continues with changes and with forgotten partitions", async () => {
    const request = await encoded({
      session: { id: 0x0aa9f86b, epoch: 1 },
      partitions: [{ topicId, partition: 0, offset: 1 }],
      forgotten: [{ topicId, partition: 1 }],
    });
    const changed = partition("00000000", "0000000000000001");
    const forgotten = `02${id}02` + "00000001" + "00";
    expect(request).toBe(`${head}0aa9f86b00000001` + `02${id}02${changed}00` + forgotten + "01" + "00");
  });

  it("reads the answer of a broker", async () => {
    expect(await decoded(answer)).toEqual({
      errorCode: 0,
      sessionId: 0x0aa9f86b,
      partitions: [
        {
          topicId,
          partition: 0,
          errorCode: 0,
          highWatermark: 1,
          logStart: 0,
          recordSet: Buffer.from(batch, "hex"),
        },
        {
          topicId,
          partition: 1,
          errorCode: 1,
          highWatermark: -1,
          logStart: -1,
          recordSet: Buffer.alloc(0),
        },
      ],
    });
  });

  it("reads an answer without changes, and one with an error of the session", async () => {
    expect(await decoded("000000000000000aa9f86b0100")).toEqual({
      errorCode: 0,
      sessionId: 0x0aa9f86b,
      partitions: [],
    });
    expect(await decoded("00000000000047000000000100")).toEqual({
      errorCode: 71,
      sessionId: 0,
      partitions: [],
    });
  });

  it("fails if the answer ends too early", async () => {
    for (let length = 0; length < answer.length - 2; length += 2)
      await expect(decoded(answer.slice(0, length))).rejects.toThrow(/ends too early/);
  });
});
