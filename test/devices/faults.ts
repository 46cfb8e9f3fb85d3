import { expect, it } from "vitest";
import { faultTypes } from "../../contract/models/faults";
import { tryCommand } from "../support/command";
import { corruptBatch, docker } from "../support/docker";
import { type DeviceBroker, reportIn } from "../support/device-broker";
import { bySensor, readObservations } from "../support/observations";
import { Topic } from "../support/topic";
import type { DeviceReport } from "../../apps/device/report/counts";

/** The configuration of the stack: a group with every type of fault, and devices with compressed messages. */
export const faultyStack = {
  devices: [
    {
      name: "meter",
      count: 10,
      topic: "meters",
      sensors: [
        {
          name: "power",
          interval: "50ms",
          faults: [
            { type: "spike", size: 1_000, probability: 0.02 },
            { type: "stuck", for: "500ms", probability: 0.15 },
            { type: "drift", perHour: 100, for: "500ms", probability: 0.15 },
            { type: "missing", probability: 0.02 },
            { type: "missing", for: "300ms", probability: 0.02 },
            { type: "duplicate", probability: 0.02 },
            { type: "late", by: "300ms", probability: 0.02 },
            { type: "out-of-order", probability: 0.02 },
            { type: "clock-skew", behind: "1h", probability: 0.02 },
            { type: "corrupt", probability: 0.02 },
          ],
        },
        { name: "energy", interval: "100ms" },
      ],
      faults: [{ type: "offline", for: "400ms", probability: 0.1, meanwhile: "lose" }],
    },
    ...["zstd", "gzip", "snappy", "lz4"].map((compression) => ({
      name: compression,
      compression,
      messageSize: "1KB",
      tags: { site: "north", floor: 3, indoors: true },
      sensors: [{ name: "temperature", interval: "50ms", unit: "°C" }],
    })),
  ],
  consumers: [{ type: "lake" }],
  lake: { flushInterval: "500ms" },
};

interface Verdict {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  readonly declared?: readonly {
    readonly kind: string;
    readonly observations: number;
    readonly withoutMessage: number;
    readonly devices: number;
  }[];
}

export function testFaults(makeBroker: () => DeviceBroker): void {
  const verify = async () => {
    const { stdout } = await tryCommand("npm", [
      ...["run", "--silent", "verify", "--", "--stack", makeBroker().stack.name, "--json"],
    ]);
    return JSON.parse(stdout) as Verdict;
  };
  let report: DeviceReport;

  it("count every fault and label it in its message, and verify explains all of them", async () => {
    const broker = makeBroker();
    await docker("stop", broker.container("meter-fleet-1"));
    report = reportIn(await docker("logs", broker.container("meter-fleet-1")));
    expect(Object.keys(report.faults).sort()).toEqual([...faultTypes].sort());

    const messages = await readObservations(broker.bootstrapServers, "meters");
    const labelled = new Map<string, Set<string>>();
    for (const { fault } of messages) {
      for (const kind of fault?.kinds ?? []) {
        const of = labelled.get(kind) ?? new Set();
        labelled.set(kind, of.add(JSON.stringify([fault?.device, fault?.sensor, fault?.seq])));
      }
    }
    const total = (kind: keyof DeviceReport["faults"]) =>
      Object.values(report.faults[kind] ?? {}).reduce((sum, count) => sum + count, 0);
    for (const kind of faultTypes.filter((type) => type !== "missing" && type !== "offline"))
      expect(labelled.get(kind)?.size, kind).toBe(total(kind));
    expect(report.observed - report.declaredLost + report.declaredDuplicates).toBe(messages.length);
    expect(
      messages
        .filter(({ value }) => value === undefined)
        .every(({ fault }) => fault?.kinds.includes("corrupt")),
    ).toBe(true);

    const verdict = await verify();
    expect(verdict).toMatchObject({ ok: true, problems: [] });
    const reported = new Map(verdict.declared?.map((found) => [found.kind, found.observations]));
    for (const kind of faultTypes.filter((type) => type !== "missing" && type !== "offline"))
      expect(reported.get(kind), kind).toBe(total(kind));
    // A loss is reported with the next message, so the last losses are not.
    const lost = (reported.get("missing") ?? 0) + (reported.get("offline") ?? 0);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThanOrEqual(report.declaredLost);
    expect(lost).toBeGreaterThan(report.declaredLost - 20 * 10);
  });

  it("compressed messages with tags, units and padding reach Kafka and the lake", async () => {
    const broker = makeBroker();
    for (const name of ["zstd", "gzip", "snappy", "lz4"]) {
      await docker("stop", broker.container(name));
      const messages = await readObservations(broker.bootstrapServers, name);
      expect(messages.length).toBeGreaterThan(50);
      expect(new Set(messages.map(({ bytes }) => bytes))).toEqual(new Set([1_024]));
      const [values = []] = bySensor(messages).values();
      expect(values[0]).toMatchObject({
        device: name,
        sensor: "temperature",
        unit: "°C",
        site: "north",
        floor: 3,
        indoors: true,
        padding: expect.stringMatching(/^\.+$/) as string,
      });
      expect(values.map(({ seq }) => seq)).toEqual(values.map((_, index) => index));
      const log = await docker("exec", broker.container("broker-1"), ...dumpBatches(name));
      expect(new Set([...log.matchAll(/compresscodec: (\w+)/g)].map(([, codec]) => codec))).toEqual(
        new Set([name]),
      );
    }
    expect(await verify()).toMatchObject({ ok: true, problems: [] });
  });

  it("verify still reports undeclared losses", async () => {
    const broker = makeBroker();
    const topic = new Topic(broker.bootstrapServers, "zstd", 1);
    const messages = await readObservations(broker.bootstrapServers, "zstd");
    const last = messages.at(-1)?.value;
    if (last === undefined) throw new Error("the device has sent nothing");
    const value = Buffer.from(JSON.stringify({ ...last, seq: last.seq + 3 }));
    await topic.send([{ key: last.sensor, value, reason: undefined }]);
    const { ok, problems } = await verify();
    expect(ok).toBe(false);
    expect(problems).toEqual([
      `device zstd, sensor temperature, boot ${last.boot}: 2 of ${(last.seq + 4).toLocaleString("en")} values of seq missing: ` +
        `${last.seq + 1} to ${last.seq + 2}`,
    ]);
  });

  it("verify names the corrupted batch that explains missing observations, and reports no missing offset", async () => {
    const broker = makeBroker();
    const topic = new Topic(broker.bootstrapServers, "lz4", 1);
    const messages = await readObservations(broker.bootstrapServers, "lz4");
    const last = messages.at(-1)?.value;
    if (last === undefined) throw new Error("the device has sent nothing");
    const made = (seq: number, unit: string) => ({
      key: last.sensor,
      value: Buffer.from(JSON.stringify({ ...last, seq, unit })),
      reason: undefined,
    });
    await docker("stop", broker.container("lake"));
    await topic.send([1, 2, 3].map((more) => made(last.seq + more, "MARKED")));
    await topic.send([made(last.seq + 4, "°C")]);
    await corruptBatch(broker.container("broker-1"), "lz4-0", "MARKED");
    await docker("start", broker.container("lake"));
    const { ok, problems, notes } = await verify();
    expect(ok).toBe(false);
    expect(problems.filter((problem) => problem.includes("lz4"))).toEqual([
      `device lz4, sensor temperature, boot ${last.boot}: 3 of ${(last.seq + 5).toLocaleString("en")} values of seq missing: ` +
        `${last.seq + 1} to ${last.seq + 3}`,
    ]);
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^3 messages of topic "lz4", partition 0: its batch \(offsets \d+ to \d+\) cannot be read: its checksum is /,
      ),
    );
  });
}

function dumpBatches(topic: string): string[] {
  const files = `/var/lib/kafka/data/${topic}-0/00000000000000000000.log`;
  return ["kafka-dump-log", "--files", files];
}
