import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imagesConfig } from "../tools/setup/images.mjs";
import { tryCommand } from "./support/command";
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
      "in many places",
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
      "of a port in use",
      () => ({ hostPort: takenPort }),
      [
        /hostPort: found \d+; free port \d+ of 127\.0\.0\.1, which broker 1 needs \(another program listens there\)/,
      ],
    ],
    [
      "of an image that cannot be had",
      async () => ({ images: { ...(await imagesConfig()), kafka: "kafka-iot-sim/no-such-image:1" } }),
      ['images.kafka: found "kafka-iot-sim/no-such-image:1"; name an image that can be had'],
    ],
  ];

  it.each(cases)("%s is told in one message, and nothing is created", async (_name, config, messages) => {
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
      expect((await stack.resources()).filter((urn) => !urn.includes("pulumi:pulumi:Stack"))).toEqual([]);
      expect(await tracesOf(stack.name)).toEqual([]);
    } finally {
      await stack.dispose();
    }
  });
});

describe("a wrong environment", () => {
  const right: Readonly<Record<string, Record<string, string>>> = {
    device: { DEVICE_NAME: "d", DEVICE_TOPIC: "t", DEVICE_SENSORS: '[{"name":"s","intervalMs":1000}]' },
    "topic-init": { TOPIC_INIT_TOPICS: "[]", TOPIC_INIT_BROKERS: "1" },
    console: { CONSUMER_NAME: "c", CONSUMER_GROUP: "g", CONSUMER_TOPICS: "t" },
    lake: { CONSUMER_NAME: "l", CONSUMER_GROUP: "g", CONSUMER_TOPICS: "t", LAKE_PLANNED_TOPICS: "t" },
  };

  it.each(Object.keys(right))("is told by %s: all of it, without a stack trace", async (app) => {
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
