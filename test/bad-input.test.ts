import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imagesConfig } from "../tools/setup/images.mjs";
import { runCommand, tryCommand } from "./support/command";
import { tracesOf } from "./support/docker";
import { freePortRange, PulumiStack } from "./support/pulumi-stack";

const stackTrace = /^\s+at .*[jt]s:\d+/m;

describe("a wrong configuration", () => {
  let stack: PulumiStack;
  let taken: Server;
  let takenPort: number;

  beforeAll(async () => {
    takenPort = await freePortRange(1);
    taken = createServer().listen(takenPort, "127.0.0.1");
  });
  afterAll(() => taken.close());

  const cases: readonly [
    string,
    () => Record<string, unknown> | Promise<Record<string, unknown>>,
    readonly (string | RegExp)[],
  ][] = [
    [
      "with problems in many places",
      () => ({
        colour: "red",
        devices: -1,
        brokers: 2,
        replicationFactor: 3,
        consumers: [{ type: "lake" }, { type: "lake" }],
      }),
      [
        'colour: found "red"; remove it',
        "devices: found -1; write a whole number from 0 to 1000",
        "replicationFactor: found 3; it exceeds brokers (2); lower it or add brokers",
        'consumers[1].name: found "lake"; give it a name of its own',
      ],
    ],
    [
      "with a port in use",
      () => ({ hostPort: takenPort }),
      [
        /hostPort: found \d+; another program listens at port \d+ of 127\.0\.0\.1, and broker 1 needs it; end it, or choose another: npx pulumi config set hostPort \d+/,
      ],
    ],
    [
      "of an impossible cluster that the machine is too small for",
      () => ({
        hostPort: takenPort - 1,
        brokers: 2,
        replicationFactor: 3,
        zookeepers: 2,
        kafka: {
          heap: "64GB",
          properties: { "broker.id": 7, "log.retention.hour": 24, "num.partitions": 0 },
        },
      }),
      [
        "zookeepers: found 2; write 1, 3 or 5",
        "replicationFactor: found 3; it exceeds brokers (2); lower it or add brokers",
        'kafka.properties["broker.id"]: found 7; remove it; brokers are numbered from 1',
        'kafka.properties["log.retention.hour"]: found 24; remove it; did you mean log.retention.hours?',
        'kafka.properties["num.partitions"]: found 0; write a whole number from 1 on',
        /hostPort: found \d+; another program listens at port \d+ of 127\.0\.0\.1, and the brokers need \d+ to \d+;/,
        /kafka\.heap: found "65536MB"; lower it: the engine's machine has [\d.]+ GB of memory/,
      ],
    ],
    [
      "with wrong devices",
      () => ({
        backfill: "2999-01-01",
        devices: [
          { name: "meter", count: 3, sensors: [{ name: "power", model: "gausian" }] },
          { name: "meter-2", sensors: [{ name: "s", min: 3, max: 1, jitter: "2s" }] },
          {
            name: "boiler",
            colour: "red",
            sensors: [
              { name: "load", model: { type: "derived", expression: "missing" } },
              { name: "recorded", model: { type: "replay", file: "package.json" } },
            ],
          },
          { name: "fast", count: 10_000, sensors: [{ name: "s", interval: "10ms" }] },
        ],
      }),
      [
        'devices[0].sensors[0].model: found "gausian"; write one of: uniform, gaussian,',
        'devices[1].name: found "meter-2"; rename it; a device of group "meter" has that name already',
        "devices[1].sensors[0].min: found 3; write a number up to 1, its max",
        'devices[1].sensors[0].jitter: found "2s"; lower it to at most 1s',
        'devices[2].colour: found "red"; remove it, there is no such key',
        'devices[2].sensors[0].model.expression: found "missing"; there is no sensor "missing"',
        /devices\[2\]\.sensors\[1\]\.model\.file: found "package\.json"; correct package\.json, line \d+: /,
        "devices[3].devicesPerContainer: found 10000; lower it to at most 1000",
        /devices: found \[.*; have fewer of them or lengthen intervals \(10ms to 60ms\)/,
        'backfill: found "2999-01-01"; write a time in the past; now it is ',
      ],
    ],
    [
      "with an image that does not exist",
      async () => ({ images: { ...(await imagesConfig()), kafka: "kafka-iot-sim/no-such-image:1" } }),
      ['images.kafka: found "kafka-iot-sim/no-such-image:1"; name an image that can be had'],
    ],
  ];

  it.each(cases)("%s is reported in one message, and nothing is created", async (_name, config, messages) => {
    stack = await PulumiStack.create("wrong");
    try {
      await stack.configure(await config());
      for (const attempt of [await stack.preview(), await stack.tryUp()]) {
        expect(attempt.exitCode).not.toBe(0);
        for (const message of messages)
          expect(attempt.output).toMatch(typeof message === "string" ? literally(message) : message);
        expect(attempt.output.match(/^ +- \S+: found /gm)).toHaveLength(messages.length);
        expect(attempt.output).not.toMatch(stackTrace);
      }
      expect(await stack.resources()).toEqual([]);
      expect(await tracesOf(stack.name)).toEqual([]);
    } finally {
      await stack.dispose();
    }
  });
});

describe("an existing stack", () => {
  // An update and eight attempts, on a machine that may be busy.
  it(
    "refuses changes that Kafka cannot make, whatever is left of the stack",
    { timeout: 600_000 },
    async () => {
      const stack = await PulumiStack.create("kept");
      try {
        const hostPort = await freePortRange(2);
        await stack.configure({ devices: 1, partitions: 2, consumers: [], hostPort: hostPort + 1 });
        await stack.up();
        const before = await containersOf(stack.name);
        await stack.configure({ partitions: 1, zookeepers: 3, brokers: 2, hostPort });
        const handedOn = `hostPort: found ${hostPort}; kafka-iot-sim-${stack.name}-broker-1 of this stack has port ${hostPort + 1}, which another of its brokers would need before it is free: choose another: npx pulumi config set hostPort `;
        const [port, ...others] = await refusals(stack);
        expect(port?.slice(0, handedOn.length)).toBe(handedOn);
        expect(others).toEqual([
          "partitions: found 1; topics of this stack have 2 and Kafka cannot take partitions away: set it back to 2 (npx pulumi config set partitions 2), or npm run down first",
          "zookeepers: found 3; set it back to 1, which the stack has; another size needs a new stack: npm run down first",
        ]);
        expect(await containersOf(stack.name)).toEqual(before);
        // The job that knows the last plan may have failed or be pruned: then the brokers are asked.
        await runCommand("docker", ["rm", `kafka-iot-sim-${stack.name}-topic-init`]);
        await stack.configure({ zookeepers: undefined, brokers: undefined, hostPort: hostPort + 1 });
        expect(await refusals(stack)).toEqual([
          "partitions: found 1; topics of this stack have 2 and Kafka cannot take partitions away: set it back to 2 (npx pulumi config set partitions 2), or npm run down first",
        ]);
        // The containers were removed by hand; their data is still there.
        await runCommand("docker", ["rm", "--force", ...before.map(({ id }) => id)]);
        await stack.configure({ partitions: 2, zookeepers: undefined, coordination: "kraft" });
        expect(await refusals(stack)).toEqual([
          'coordination: found "kraft"; this stack was made with ZooKeeper, which holds what its brokers know: set it back to zookeeper, or npm run down first (pulumi destroy), which takes the stack\'s data with it',
        ]);
        // ZooKeeper's data is gone, too; the test follows the remedy to the letter.
        const volume = (what: string) => `kafka-iot-sim-${stack.name}-${what}`;
        const lost = [volume("zookeeper-1-data"), volume("zookeeper-1-log")];
        await runCommand("docker", ["volume", "rm", ...lost]);
        await stack.configure({ coordination: undefined });
        const [missing = "", ...more] = await refusals(stack);
        expect(more).toEqual([]);
        expect(missing).toContain(
          `volume ${lost.join(", ")}: found "no such volume"; ZooKeeper has lost its data, and with it which topics there are`,
        );
        const [, remove = "", removeVolumes = ""] =
          /: (docker rm -f [^;]*); (docker volume rm [^;]*);/.exec(missing) ?? [];
        for (const command of [remove, removeVolumes]) await tryCommand("sh", ["-c", command]);
        await stack.up();
        const lake = volume("lake");
        expect((await tracesOf(stack.name)).filter((each) => each.startsWith("volume ")).sort()).toEqual(
          [volume("broker-1-data"), lake, ...lost].map((name) => `volume ${name}`),
        );
      } finally {
        await stack.dispose();
      }
    },
  );

  /** The problems for which a preview and an update are refused, which must be the same. */
  async function refusals(stack: PulumiStack): Promise<string[]> {
    const attempts = [await stack.preview(), await stack.tryUp()].map(({ exitCode, output }) => {
      expect(exitCode).not.toBe(0);
      return [...output.matchAll(/^ +- ([^:]+: found .*)$/gm)].map(([, problem = ""]) => problem);
    });
    expect(attempts[1]).toEqual(attempts[0]);
    return attempts[0] ?? [];
  }

  /** The stack's containers; a new container has another id. */
  async function containersOf(stack: string): Promise<{ id: string; name: string }[]> {
    const filter = `label=kafka-iot-sim.stack=${stack}`;
    const format = "{{.ID}} {{.Names}}";
    const output = await runCommand("docker", ["ps", "--all", "--filter", filter, "--format", format]);
    return output
      .trim()
      .split("\n")
      .map((line) => {
        const [id = "", name = ""] = line.split(" ");
        return { id, name };
      });
  }
});

describe("a wrong environment", () => {
  const right: Readonly<Record<string, Record<string, string>>> = {
    device: { DEVICE_NAME: "d", DEVICE_TOPIC: "t", DEVICE_SENSORS: '[{"name":"s","interval":1000}]' },
    "topic-init": { TOPIC_INIT_TOPICS: "[]", TOPIC_INIT_BROKERS: "1" },
    "broker-sync": { BROKER_SYNC_ID: "1", BROKER_SYNC_BROKERS: "1", BROKER_SYNC_CONTAINER: "0a1b" },
    console: { CONSUMER_NAME: "c", CONSUMER_GROUP: "g", CONSUMER_TOPICS: "t" },
    lake: { CONSUMER_NAME: "l", CONSUMER_GROUP: "g", CONSUMER_TOPICS: "t", LAKE_PLANNED_TOPICS: "t" },
    dashboard: {
      CONSUMER_NAME: "d",
      CONSUMER_GROUP: "g",
      CONSUMER_TOPICS: "t",
      DASHBOARD_STACK: JSON.stringify({
        stack: "dev",
        coordination: "kraft",
        coordinators: [],
        brokers: [],
        devices: [],
        consumers: [],
      }),
    },
  };

  it.each(Object.keys(right))("is reported completely by %s, without a stack trace", async (app) => {
    const env = { ...right[app], LOG_FORMAT: "loud" };
    const { exitCode, output } = await tryCommand("npm", ["run", "--silent", "app", "--", app], { env });
    expect(exitCode).toBe(2);
    expect(output).toContain('LOG_FORMAT: found "loud"; set it to pretty or json');
    expect(output).toContain("KAFKA_BOOTSTRAP_SERVERS: found nothing; set it to brokers as host:port");
    expect(output).not.toMatch(stackTrace);
  });
});

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}
