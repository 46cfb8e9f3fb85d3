import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { oddNames } from "../apps/shared/testing/odd-names";
import { imagesConfig } from "../tools/setup/images.mjs";
import { tryCommand, eventually } from "./support/command";
import { expectExactlyOnce, expectNoGaps } from "./support/conservation";
import { containersOf, docker, mountedVolumes, tracesOf } from "./support/docker";
import { produceValues } from "./support/kafka";
import { PulumiStack } from "./support/pulumi-stack";
import { step } from "./support/steps";

/** The life of one stack, from nothing to nothing, step by step. */
describe("a stack", () => {
  let stack: PulumiStack;
  let bootstrapServers: string;

  const container = (what: string) => `kafka-iot-sim-${stack.name}-${what}`;
  const topics = (count: number) => Array.from({ length: count }, (_, index) => `device-${index + 1}`);
  const lakeHolds = (count: number) =>
    expectExactlyOnce({ bootstrapServers, topics: topics(count), lakeContainer: container("lake") });
  const expectRunning = async (devices: number) => {
    const states = await containersOf(stack.name);
    const running = (what: string, role: string) => ({
      name: container(what),
      role,
      status: "running",
      health: "healthy",
      exitCode: 0,
    });
    const expected = [
      running("broker-1", "broker"),
      running("console", "consumer"),
      running("dashboard", "consumer"),
      running("lake", "consumer"),
      ...topics(devices).map((device) => running(device, "device")),
      { name: container("topic-init"), role: "topic-init", status: "exited", health: undefined, exitCode: 0 },
      running("zookeeper-1", "zookeeper"),
    ];
    expect(states).toEqual(expected.sort((one, other) => (one.name < other.name ? -1 : 1)));
  };

  beforeAll(async () => {
    stack = await PulumiStack.create("pipeline");
    // The images that users have, too.
    await stack.configure({ images: await imagesConfig() });
  });
  afterAll(() => stack.dispose());

  const up = step("comes up healthy, and outputs where everything is", [], async () => {
    await stack.up();
    await expectRunning(3);
    const outputs = await stack.outputs();
    expect(outputs).toEqual({
      bootstrapServers: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      topics: topics(3),
      devices: topics(3),
      containers: {
        zookeeper: [container("zookeeper-1")],
        broker: [container("broker-1")],
        "topic-init": [container("topic-init")],
        device: topics(3).map(container),
        consumer: ["console", "lake", "dashboard"].map(container),
      },
      lake: {
        volume: container("lake"),
        table: "/app/delta_lake/bronze",
        deadLetters: "/app/delta_lake/dead_letters",
      },
      dashboard: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    });
    ({ bootstrapServers } = outputs);
  });

  const landed = step("lands every observation exactly once in the table, from the first", [up], async () => {
    const rows = await lakeHolds(3);
    expectNoGaps(rows);
    expect(new Set(rows.map((row) => `${row.device}/${row.sensor_name}`))).toEqual(
      new Set(topics(3).flatMap((device) => [1, 2, 3].map((sensor) => `${device}/sensor_${sensor}`))),
    );
    // One observation a second, on the second, uniform in [0, 1).
    expect(rows.filter((row) => !row.timestamp.endsWith(".000Z"))).toEqual([]);
    expect(rows.filter((row) => row.value < 0 || row.value >= 1)).toEqual([]);
  });

  step("shows each observation on the console", [up], async () => {
    const output = await eventually("the console shows all devices", 30_000, async () => {
      const logs = stripVTControlCharacters(await docker("logs", container("console")));
      return topics(3).every((device) => logs.includes(device)) ? logs : undefined;
    });
    expect(output).toMatch(/device-1 .*sensor_1 .*0\.\d+ .*\d+ ms/);
  });

  const run = (script: string, ...options: readonly string[]) =>
    tryCommand("npm", ["run", "--silent", script, "--", "--stack", stack.name, ...options]);

  step("has a table that npm run lake shows", [landed], async () => {
    const { exitCode, output } = await run("lake");
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^rows +\d+/m);
    expect(output).toMatch(/^version +\d+, committed /m);
    expect(output).toMatch(/^20\d\d-.* device-\d +sensor_\d +0\.\d+ /m);
  });

  step("answers questions in SQL", [landed], async () => {
    const question = "select device, count(*) > 0 as seen from bronze group by 1 order by 1";
    const { exitCode, stdout } = await run("lake", question, "--json");
    expect(exitCode).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(topics(3).map((device) => ({ device, seen: true })));
  });

  step("proves with npm run verify that nothing was lost or repeated", [landed], async () => {
    const { exitCode, output } = await run("verify");
    expect(output).toContain("device-3");
    expect(exitCode).toBe(0);
  });

  step("is shown by npm run status on one screen, and as JSON", [landed], async () => {
    // The dashboard reads what was there before it came, and looks at everything once a second.
    const { output } = await eventually("status has read everything, and all is well", 60_000, async () => {
      const status = await run("status");
      return status.exitCode === 0 && status.output.includes(": all is well") ? status : undefined;
    });
    expect(output).toMatch(/^stack \S+: all is well /);
    expect(output).toMatch(/^device +3 of 3 +device-1, device-2, device-3$/m);
    expect(output).toMatch(/^proof +nothing is missing or repeated$/m);
    const { stdout } = await run("status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      stack: stack.name,
      healthy: true,
      state: { overview: { totals: { devices: 3, sensors: 9, topics: 3 } }, gapCount: 0 },
    });
  });

  step("withstands names that any program may put into messages, in every command", [landed], async () => {
    // What is half a pair of surrogates has no form in a table.
    const names = oddNames.filter((name) => name.isWellFormed());
    const observation = (device: string, seq: number) => {
      const fields = { device, sensor: device, boot: 1, seq, timestamp: new Date().toISOString(), value: 1 };
      return { key: "odd", value: JSON.stringify(fields) };
    };
    await produceValues(
      bootstrapServers,
      "device-1",
      names.flatMap((name) => [observation(name, 0), observation(name, 2)]),
    );
    const sql = "select distinct device from bronze where boot = 1 order by all";
    const found = await eventually("the table has them", 60_000, async () => {
      const { exitCode, stdout } = await run("lake", sql, "--json");
      expect(exitCode).toBe(0);
      const rows = stdout.split("\n").slice(0, -1);
      return rows.length === names.length
        ? rows.map((row) => JSON.parse(row) as { device: string })
        : undefined;
    });
    expect(new Set(found.map(({ device }) => device))).toEqual(new Set(names));
    const lacking = await run("verify", "--json");
    expect(lacking.exitCode).toBe(1);
    const { ok, problems } = JSON.parse(lacking.stdout) as { ok: boolean; problems: string[] };
    expect(ok).toBe(false);
    expect(problems).toContain("device a\\u0000b, sensor a\\u0000b, boot 1: 1 of 3 values of seq missing: 1");
    expect(problems.at(-1)).toBe(`… and ${names.length - 20} more with wrong values of seq`);
    await produceValues(
      bootstrapServers,
      "device-1",
      names.map((name) => observation(name, 1)),
    );
    const { exitCode, output } = await run("verify");
    expect([exitCode, output]).toEqual([0, expect.stringContaining("Every message is there exactly once")]);
    for (const args of [["lake"], ["lake", sql], ["status"]]) {
      const [script = "", ...options] = args;
      const shown = await eventually(`${args.join(" ")} finds nothing wrong`, 30_000, async () => {
        const found = await run(script, ...options);
        return found.exitCode === 0 ? found : undefined;
      });
      expect([args, shown.stderr]).toEqual([args, ""]);
      // eslint-disable-next-line no-control-regex
      expect(shown.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    }
    const several = await run("lake", `select count(*) > 0 as a from bronze; ${sql}`, "--csv");
    expect([several.exitCode, several.stderr]).toEqual([0, ""]);
    expect(several.stdout).toMatch(/^a\ntrue\n\ndevice\n/);
  });

  step("keeps data in its own volumes and nowhere else", [up], async () => {
    expect(await mountedVolumes(stack.name)).toEqual(
      ["broker-1-data", "lake", "zookeeper-1-data", "zookeeper-1-log"].map(container),
    );
  });

  step("does not change when nothing has changed", [up], async () => {
    await stack.up("--expect-no-changes");
  });

  const resized = step(
    "gets more and fewer devices, and keeps what removed devices have sent",
    [up],
    async () => {
      await stack.configure({ devices: 5 });
      await stack.up();
      await expectRunning(5);
      await lakeHolds(5);
      await stack.configure({ devices: 2 });
      await stack.up();
      await expectRunning(2);
      expectNoGaps(await lakeHolds(5));
    },
  );

  step("keeps the table exact when the lake is killed in the middle of its work", [resized], async () => {
    const sensors = Array.from({ length: 20 }, (_, index) => ({
      name: `sensor_${index + 1}`,
      interval: "20ms",
    }));
    await stack.configure({ sensors });
    await stack.up();
    for (const pauseMs of [1_500, 4_000, 11_000, 2_500]) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      await docker("kill", "--signal", "KILL", container("lake"));
      await docker("start", container("lake"));
    }
    const rows = await lakeHolds(5);
    expectNoGaps(rows);
    expect(rows.length).toBeGreaterThan(20_000);
  });

  step("heals what was killed, stopped or removed", [resized], async () => {
    await stack.configure({ sensors: undefined });
    await docker("kill", container("device-1"));
    await docker("stop", container("console"));
    await docker("rm", "--force", container("lake"));
    await stack.up();
    await expectRunning(2);
    expectNoGaps(await lakeHolds(5));
  });

  const trace = async (kind: string) =>
    (await tracesOf(stack.name)).filter((each) => each.startsWith(`${kind} `)).sort();
  const refusedName =
    /stack name: found "\S+"; the Docker engine has .* of a stack of this name, which are not in this Pulumi state/;

  const guarded = step(
    "protects what it has from another checkout with a stack of its name",
    [resized],
    async () => {
      const containers = await containersOf(stack.name);
      const before = await tracesOf(stack.name);
      const other = await stack.elsewhere();
      try {
        for (const attempt of [await other.preview(), await other.tryUp()]) {
          expect(attempt.exitCode).not.toBe(0);
          expect(attempt.output).toMatch(refusedName);
          expect(attempt.output).not.toMatch(/^\s+at .*\.[jt]s:\d+/m);
        }
        expect(await other.resources()).toEqual([]);
        expect([await containersOf(stack.name), await tracesOf(stack.name)]).toEqual([containers, before]);
        // Nothing uses the volumes now; this state lists them, and has not made them.
        await other.claimVolumesOf(stack);
        await docker("rm", "--force", ...containers.map(({ name }) => name));
        const { exitCode, output } = await other.down();
        expect([exitCode, output]).toEqual([0, expect.stringContaining("that stays:\n")]);
        expect((await other.resources()).filter((urn) => urn.includes("docker:"))).toEqual([]);
      } finally {
        await other.forget();
      }
      expect(await tracesOf(stack.name)).toEqual(before.filter((each) => !each.startsWith("container ")));
    },
  );

  const healed = step("heals what a killed update has left", [guarded], async () => {
    await stack.killUp(async () => (await trace("container")).includes(`container ${container("broker-1")}`));
    await stack.up();
    await expectRunning(2);
    expectNoGaps(await lakeHolds(5));
  });

  const renamed = step(
    "keeps its volumes when it is renamed: it must get its name back first",
    [healed],
    async () => {
      const volumes = await trace("volume");
      const { name } = stack;
      const other = await stack.rename(`${name}-new`);
      const { exitCode, output } = await other.tryUp();
      expect(exitCode).not.toBe(0);
      expect(output).toContain(
        `stack name: found "${name}-new"; this stack was brought up as "${name}", and its volumes are called so`,
      );
      expect(output).toContain(`npx pulumi stack rename ${name})`);
      stack = await other.rename(name);
      await stack.up("--expect-no-changes");
      expect(await trace("volume")).toEqual(volumes);
      expect(await tracesOf(other.name)).toEqual([]);
    },
  );

  const adopted = step(
    "is taken over on purpose after its state is lost, with all that its volumes hold",
    [renamed],
    async () => {
      const heir = await stack.elsewhere();
      const lost = stack;
      const adopt = /npx pulumi config set adopt (state-[0-9a-f]{16}) /.exec(
        (await heir.preview()).output,
      )?.[1];
      await heir.configure({ adopt });
      await heir.up();
      stack = heir;
      await expectRunning(2);
      expectNoGaps(await lakeHolds(5));
      await stack.up("--expect-no-changes");
      expect((await lost.tryUp()).output).toMatch(refusedName);
      await lost.forget();
    },
  );

  step(
    "is not changed by a plan that Kafka cannot follow: the failed job is quoted, and tried again",
    [adopted],
    async () => {
      const create = ["kafka-topics", "--bootstrap-server", "kafka:29092", "--create"];
      await docker("exec", container("broker-1"), ...create, "--topic", "by-hand", "--partitions", "3");
      await stack.configure({
        devices: [...topics(2).map((name) => ({ name })), { name: "late", topic: "by-hand" }],
      });
      const failure = await stack.tryUp();
      expect(failure.exitCode).not.toBe(0);
      expect(failure.output).toContain(
        `The topics could not be made as planned: ${container("topic-init")} ended with exit code 1`,
      );
      expect(failure.output).toMatch(/topic "by-hand": exists with 3 partitions, planned 1/);
      expect(failure.output).not.toMatch(/^\s+at .*\.[jt]s:\d+/m);
      expect((await stack.tryUp()).exitCode).not.toBe(0);
      await stack.configure({ devices: 2 });
      await stack.up();
      await expectRunning(2);
    },
  );

  step("has apps that also run outside Docker", [adopted], async () => {
    const env = {
      KAFKA_BOOTSTRAP_SERVERS: bootstrapServers,
      DEVICE_NAME: "visitor",
      DEVICE_TOPIC: "device-1",
      DEVICE_SHARES_TOPIC: "true",
      DEVICE_SENSORS: '[{"name":"probe","interval":100}]',
    };
    const { exitCode, output } = await tryCommand(
      "timeout",
      ["--signal", "TERM", "8", "npm", "run", "--silent", "app", "--", "device"],
      { env },
    );
    expect([0, 124]).toContain(exitCode);
    expect(output).toMatch(/probe .*#0 /);
    const rows = await lakeHolds(5);
    expect(rows.filter((row) => row.device === "visitor").length).toBeGreaterThan(10);
  });

  step("is destroyed without a trace", [up], async () => {
    await stack.destroy();
    expect(await tracesOf(stack.name)).toEqual([]);
  });
});
