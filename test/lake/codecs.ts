import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createKafka, readBackwards } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";
import { root } from "../../tools/setup/environment.mjs";
import { bundleProgram } from "../support/bundle";
import { corruptBatch, docker } from "../support/docker";
import { FollowedTopics } from "../support/followed-topics";
import { sendByJava, codecs, sendByLibrdkafka } from "../support/other-clients";
import type { LakeBroker } from "../support/lake-broker";
import { readContents } from "../support/lake-contents";
import { LakeProcess } from "../support/lake-process";
import type { LakeSite } from "../support/lake-site";
import { type MadeMessage, MessageMaker } from "../support/messages";

const soonMs = 60_000;
const range = (from: number, until: number) => Array.from({ length: until - from }, (_, at) => from + at);

export function testCodecs(broker: () => LakeBroker): void {
  it("reads every codec of librdkafka and of Java's client, as console, dashboard and devices do", async () => {
    const site = await broker().site("codecs", { "compression.type": "producer" });
    const maker = new MessageMaker(21, 600);
    const batch = (count: number) => Array.from({ length: count }, () => maker.nextGood());
    const sent: MadeMessage[] = [];
    const lake = site.start();
    for (const codec of codecs) {
      const made = batch(400);
      await sendByLibrdkafka(broker().bootstrapServers, site.topic.name, codec, made);
      sent.push(...made);
    }
    const byJava = new Map(codecs.map((codec) => [codec, batch(100)]));
    const place = { network: broker().network, bootstrapServers: broker().bootstrapServers };
    await sendByJava(place, site.topic.name, byJava);
    sent.push(...[...byJava.values()].flat());
    const written = await codecsOf(broker(), site);
    for (const codec of codecs)
      expect(written.filter((other) => other === codec).length, codec).toBeGreaterThanOrEqual(2);

    const values = sent.map(({ value }) => String(value)).sort();
    await site.caughtUp();
    await lake.stop();
    await site.expectExact();
    const { rows, deadLetters } = await readContents(site.tables);
    expect([rows.length, deadLetters.length]).toEqual([sent.length, 0]);

    const followed = new FollowedTopics(broker().bootstrapServers, [site.topic.name]);
    await expect.poll(() => followed.count(site.topic.name), { timeout: soonMs }).toBe(sent.length);
    expect(
      [...followed.messages.values()]
        .flat()
        .map(([, value]) => value)
        .sort(),
    ).toEqual(values);
    await followed.stop();

    expect((await backwards(site)).values.sort()).toEqual(values);

    const console = await startConsole(site, { LOG_FORMAT: "json" });
    await expect.poll(() => seen(console).length, { timeout: soonMs }).toBe(sent.length);
    expect(seen(console).sort()).toEqual(sent.map(({ value }) => seqOf(String(value))).sort());
    expect(console.output).not.toContain("skipped");
    await console.stop();
  });

  it("puts a batch that the broker's disk has corrupted into the dead letters, and continues behind it", async () => {
    const site = await broker().site("corrupted");
    const maker = new MessageMaker(22, 600);
    // A batch in each of the partitions.
    const part = () => Array.from({ length: 30 }, () => maker.nextGood());
    const marked = part().map(({ key, value }) => ({
      key,
      value: Buffer.from(String(value).replace("device-1", "MARKED-1")),
      reason: undefined,
    }));
    for (const made of [part(), marked, part()]) await site.topic.send(made);
    await corruptBatch(broker().container, `${site.topic.name}-1`, "MARKED-1");

    const followed = new FollowedTopics(broker().bootstrapServers, [site.topic.name], {
      onUnreadable: (topic, partition, from, to, problem) =>
        followed.events.push(`${topic}/${partition} unreadable ${from} to ${to}: ${problem}`),
    });
    const console = await startConsole(site);
    const lake = site.start();
    await site.caughtUp();
    await lake.kill();
    site.start();
    // Later messages arrive, too.
    await site.topic.send(part());
    await site.caughtUp();

    const { rows, deadLetters } = await readContents(site.tables);
    const own = deadLetters.toSorted((one, other) => one.kafka_offset - other.kafka_offset);
    expect(own.map(({ kafka_partition, kafka_offset }) => [kafka_partition, kafka_offset])).toEqual(
      range(10, 20).map((offset) => [1, offset]),
    );
    const problem =
      /^its batch \(offsets 10 to 19\) cannot be read: its checksum is [0-9a-f]{8}, but that of its bytes is [0-9a-f]{8}; /;
    for (const [index, { reason, value, key }] of own.entries()) {
      expect(reason).toMatch(problem);
      expect(key).toBeNull();
      if (index > 0)
        expect([value, reason.replace(problem, "")]).toEqual([null, "the batch is the value of offset 10"]);
    }
    const bytes = Buffer.from(own[0]?.value ?? "", "base64");
    expect([Number(bytes.readBigInt64BE(0)), bytes.readInt32BE(8), bytes[16]]).toEqual([
      10,
      bytes.length - 12,
      2,
    ]);
    expect(bytes.toString("latin1")).toContain("\u00ffARKED-1");
    const places = [...rows, ...deadLetters].map((row) => `${row.kafka_partition}/${row.kafka_offset}`);
    expect(places.sort()).toEqual(
      [0, 1, 2].flatMap((partition) => range(0, 40).map((offset) => `${partition}/${offset}`)).sort(),
    );

    await expect.poll(() => followed.count(site.topic.name), { timeout: soonMs }).toBe(110);
    expect(followed.events).toEqual([
      expect.stringMatching(/^corrupted\/1 unreadable 10 to 20: its checksum is /),
    ]);
    await followed.stop();

    const tail = await backwards(site);
    expect(tail.values).toHaveLength(110);
    expect(tail.unreadable).toEqual(["1: 10-19"]);

    await expect
      .poll(() => console.output.match(/ MARKED-1 | device-1 /g)?.length, { timeout: soonMs })
      .toBe(110);
    const warned = console.output.split("\n").filter((line) => line.includes(" warn "));
    expect(warned).toEqual([
      expect.stringMatching(
        / 10 messages skipped: its batch \(offsets 10 to 19\) cannot be read: its checksum is /,
      ),
    ]);
    await console.stop();
  });
}

/** The codecs of all batches of the topic, according to Kafka's own tool. */
async function codecsOf(broker: LakeBroker, { topic }: LakeSite): Promise<string[]> {
  const script = `kafka-dump-log --files $(echo /var/lib/kafka/data/${topic.name}-*/*.log | tr ' ' ,)`;
  const output = await docker("exec", broker.container, "bash", "-ec", script);
  return [...output.matchAll(/compresscodec: (\w+)/g)].map(([, codec = ""]) => codec);
}

async function startConsole(
  site: LakeSite,
  settings: Readonly<Record<string, string>> = {},
): Promise<LakeProcess> {
  const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-console-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const program = bundleProgram(
    join(root, "apps", "consumers", "console", "main.ts"),
    join(directory, "console.js"),
  );
  const process = LakeProcess.start(program, {
    ...site.environment,
    CONSUMER_NAME: "console",
    CONSUMER_GROUP: `console-of-${site.topic.name}`,
    ...settings,
  });
  onTestFinished(() => process.kill());
  return process;
}

/** The observations that a console has printed as JSON. */
function seen({ output }: LakeProcess): string[] {
  return output.split("\n").flatMap((line) => (line.includes('"seq":') ? [seqOf(line)] : []));
}

function seqOf(json: string): string {
  const { seq, value } = JSON.parse(json) as { seq: number; value: number };
  return `${seq}: ${value}`;
}

/** Reads the topic backwards from its end, as devices do when they start, and `npm run verify`. */
async function backwards(
  site: LakeSite,
): Promise<{ readonly values: string[]; readonly unreadable: string[] }> {
  const { KAFKA_BOOTSTRAP_SERVERS: servers = "" } = site.environment;
  const logger = createLogger({ app: "test", format: "pretty", write: () => {} });
  const kafka = createKafka({ bootstrapServers: servers.split(","), clientId: "test", logger });
  const values: string[] = [];
  const unreadable: string[] = [];
  await readBackwards(kafka, site.topic.name, {
    onRecord: ({ value }) => values.push(String(value)),
    onUnreadable: (partition, first, last) => unreadable.push(`${partition}: ${first}-${last}`),
    enough: () => false,
    signal: AbortSignal.timeout(soonMs),
  });
  return { values, unreadable };
}
