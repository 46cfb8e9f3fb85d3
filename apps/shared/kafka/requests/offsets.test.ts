import { expect, it } from "vitest";
import type { ProtocolExchange } from "./exchange";
import { findCoordinatorExchange } from "./find-coordinator";
import { listOffsetsExchange } from "./list-offsets";
import { offsetFetchExchange } from "./offset-fetch";

const encoded = async (exchange: ProtocolExchange<unknown>) =>
  (await exchange.request.encode()).buffer.toString("hex");
const decoded = async <Answer>({ response }: ProtocolExchange<Answer>, hex: string) =>
  response.parse(await response.decode(Buffer.from(hex, "hex")));

// The answers come from a broker of Kafka 3.9.2.
const deviceTopic = "096465766963652d31";
const lake = "056c616b65";

it("ListOffsets asks for the first and last offsets of many partitions", async () => {
  const places = [0, 9].map((partition) => ({ topic: "device-1", partition }));
  const latest = listOffsetsExchange("latest", places);
  const asked = (timestamp: string) =>
    `00ffffffff0002${deviceTopic}03` +
    `00000000ffffffff${timestamp}00` +
    `00000009ffffffff${timestamp}00` +
    "0000";
  expect(await encoded(latest)).toBe(asked("ffffffffffffffff"));
  expect(await encoded(listOffsetsExchange("earliest", places))).toBe(asked("fffffffffffffffe"));
  const answer = [
    "000000000002" + deviceTopic + "03",
    "00000000" + "0000" + "ffffffffffffffff" + "0000000000000001" + "00000000" + "00",
    "00000009" + "0003" + "ffffffffffffffff" + "ffffffffffffffff" + "ffffffff" + "00",
    "0000",
  ].join("");
  expect(await decoded(latest, answer)).toEqual([
    { topic: "device-1", partition: 0, errorCode: 0, offset: 1 },
    { topic: "device-1", partition: 9, errorCode: 3, offset: -1 },
  ]);
});

it("FindCoordinator asks for the coordinator of a group", async () => {
  const exchange = findCoordinatorExchange("lake");
  expect(await encoded(exchange)).toBe(`00${lake}0000`);
  const answer = "00000000000000054e4f4e45000000010a3132372e302e302e310000733000";
  expect(await decoded(exchange, answer)).toEqual({
    errorCode: 0,
    errorMessage: "NONE",
    coordinator: { nodeId: 1, host: "127.0.0.1", port: 29_488 },
  });
});

it("OffsetFetch asks for all committed offsets of a group", async () => {
  const exchange = offsetFetchExchange("lake");
  expect(await encoded(exchange)).toBe(`00${lake}0000`);
  const answer = `000000000002${deviceTopic}02000000000000000000000001ffffffff0100000000000000`;
  expect(await decoded(exchange, answer)).toEqual({
    errorCode: 0,
    partitions: [{ topic: "device-1", partition: 0, offset: 1, errorCode: 0 }],
  });
  expect(await decoded(exchange, "0000000000" + "01" + "0010" + "00")).toEqual({
    errorCode: 16,
    partitions: [],
  });
});
