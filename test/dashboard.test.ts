import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StackOutputs } from "../infra/targets/target";
import { oddNames } from "../apps/shared/testing/odd-names";
import { root } from "../tools/setup/environment.mjs";
import { accessibilityProblems } from "./support/accessibility";
import { eventually } from "./support/command";
import { DashboardPage } from "./support/dashboard-page";
import { readLake } from "./support/delta-rs";
import { containersOf, docker } from "./support/docker";
import { endOffsets, produceValues } from "./support/kafka";
import { PulumiStack } from "./support/pulumi-stack";

/** With UPDATE_PICTURES the README's pictures are taken anew; otherwise they are only looked at by who debugs this. */
const pictures =
  process.env["UPDATE_PICTURES"] === undefined
    ? join(tmpdir(), "kafka-iot-sim-pictures")
    : join(root, "docs", "pictures");

const boiler = {
  name: "boiler",
  sensors: [
    {
      name: "temperature",
      interval: "500ms",
      unit: "°C",
      model: { type: "walk", mean: 71, deviation: 4, reversion: "2m" },
    },
    {
      name: "pressure",
      interval: "1s",
      unit: "bar",
      model: { type: "sine", mean: 4, amplitude: 1, period: "40s" },
    },
    {
      name: "burner",
      interval: "2s",
      model: {
        type: "states",
        states: [
          { name: "off", value: 0, dwell: "10s" },
          { name: "on", value: 1, dwell: "20s" },
        ],
      },
    },
  ],
};
const markup = '<img src=x onerror="alert(1)">';

/** The life of one page, from the first start of a stack on; each test goes on from where the one before it ended. */
describe("the dashboard", () => {
  let stack: PulumiStack;
  let outputs: StackOutputs;
  let page: DashboardPage;

  const container = (what: string) => `kafka-iot-sim-${stack.name}-${what}`;
  const picture = (name: string) => page.page.screenshot({ path: join(pictures, `dashboard-${name}.png`) });
  const condition = (name: string) => page.node(name).getAttribute("data-condition");
  const untilCondition = async (name: string, wanted: string, withinMs: number) => {
    const startedMs = Date.now();
    await eventually(`${name} is shown as ${wanted}`, withinMs, async () =>
      (await condition(name)) === wanted ? true : undefined,
    );
    return Date.now() - startedMs;
  };

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    stack = await PulumiStack.create("dashboard", 2);
    await stack.configure({
      brokers: 2,
      devices: [boiler, { name: "meter", count: 40, profile: "power-meter" }, { name: "pump" }],
      lake: { flushInterval: "2s" },
    });
    await stack.up();
    outputs = await stack.outputs();
    page = await DashboardPage.open(outputs.dashboard ?? "");
  });
  afterAll(async () => {
    await DashboardPage.closeAll();
    await stack.dispose();
  });

  it("is published on this machine alone", async () => {
    expect(outputs.dashboard).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const ports = JSON.parse(
      await docker("inspect", "--format", "{{json .NetworkSettings.Ports}}", container("dashboard")),
    ) as Record<string, { HostIp: string }[] | null>;
    expect(Object.values(ports).flatMap((bindings) => bindings?.map(({ HostIp }) => HostIp) ?? [])).toEqual([
      "127.0.0.1",
    ]);
  });

  it("shows what the stack is made of, and that all is well", async () => {
    for (const name of ["zookeeper-1", "broker-1", "broker-2", "lake", "console"])
      await untilCondition(name, "healthy", 30_000);
    await page.until("the devices", "document.querySelector('[data-testid=devices]')?.textContent === '42'");
    expect(await page.find("alarms").locator("[data-alarm]").count()).toBe(0);
  });

  it("draws curves that move", async () => {
    await page.show("devices?search=boiler");
    await page.device("boiler").locator("canvas").first().waitFor();
    await page.until("a point", "document.documentElement.dataset.drawnObservationMs !== undefined");
    const drawing = () =>
      page.page.evaluate<string>("document.querySelector('[data-device=boiler] canvas').toDataURL()");
    const before = await drawing();
    const drawnMs = await page.page.evaluate<string>("document.documentElement.dataset.drawnObservationMs");
    await page.until(
      "newer points",
      `Number(document.documentElement.dataset.drawnObservationMs) > ${drawnMs} + 1500`,
    );
    expect(await drawing()).not.toBe(before);
    expect(await page.device("boiler").locator("[data-testid=sensor]").count()).toBe(3);
  });

  it("finds devices among many, a page at a time, and by the address", async () => {
    await page.show("devices");
    await page.until("a page of devices", "document.querySelectorAll('[data-testid=device]').length === 24");
    await page.show("devices?search=METER-3");
    await page.until("those found", "document.querySelectorAll('[data-testid=device]').length === 11");
    const names = await page.page.evaluate<string[]>(
      "[...document.querySelectorAll('[data-testid=device]')].map((element) => element.dataset.device)",
    );
    expect(names).toEqual([3, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39].map((number) => `meter-${number}`));
  });

  it("shows a killed broker within five seconds, and that it is back", async () => {
    await page.show("overview");
    await untilCondition("broker-2", "healthy", 10_000);
    await docker("kill", container("broker-2"));
    expect(await untilCondition("broker-2", "unreachable", 15_000)).toBeLessThan(5_000);
    await page.until(
      "an alarm",
      "document.querySelector('[data-testid=alarms]').textContent.includes('broker-2')",
    );
    expect(await accessibilityProblems(page.page)).toEqual([]);
    await picture("broker-gone");
    await docker("start", container("broker-2"));
    await untilCondition("broker-2", "healthy", 60_000);
    await page.until(
      "no alarm of it",
      "!document.querySelector('[data-testid=alarms]').textContent.includes('broker-2')",
      60_000,
    );
  });

  it("shows a device that `pulumi up` has added, without being loaded again", async () => {
    await page.show("devices?search=turbine");
    await stack.configure({
      devices: [
        boiler,
        { name: "meter", count: 40, profile: "power-meter" },
        { name: "pump" },
        { name: "turbine" },
      ],
    });
    await stack.up();
    outputs = await stack.outputs();
    await page.device("turbine").locator("canvas").first().waitFor({ timeout: 30_000 });
    expect(page.loads).toBe(1);
  });

  it("shows markup as text, in names and in what is no observation", async () => {
    const observation = {
      device: markup,
      sensor: markup,
      boot: 1,
      seq: 0,
      timestamp: new Date().toISOString(),
      value: 1,
    };
    await produceValues(outputs.bootstrapServers, "pump", [
      { key: markup, value: JSON.stringify({ ...observation, label: markup, unit: markup }) },
      { key: markup, value: "<script>alert(1)</script>" },
    ]);
    await page.show(`devices?search=${encodeURIComponent("<IMG")}`);
    await page.device(markup).waitFor();
    expect(await page.page.locator("img").count()).toBe(0);
    await page.show("conservation?search=%3C");
    await page.find("conservation-row").getByText(markup).waitFor();
    expect(await page.page.locator("img").count()).toBe(0);
  });

  it("shows odd names as they are, on any page", async () => {
    const names = oddNames.filter((name) => name.isWellFormed());
    const value = (name: string) =>
      JSON.stringify({
        device: name,
        sensor: name,
        boot: 1,
        seq: 0,
        timestamp: new Date().toISOString(),
        value: 1,
      });
    await produceValues(
      outputs.bootstrapServers,
      "pump",
      names.map((name) => ({ key: "odd", value: value(name) })),
    );
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "'; DROP TABLE bronze; --",
      "*",
      "{{.Name}}",
    ]) {
      await page.show(`devices?search=${encodeURIComponent(name)}`);
      await page.page.getByText(name, { exact: true }).first().waitFor();
      await page.show(`device/${encodeURIComponent(name)}`);
      await page.page.getByText(name, { exact: true }).first().waitFor();
      await page.show(`conservation?search=${encodeURIComponent(name)}`);
      await page.find("conservation-row").getByText(name, { exact: true }).first().waitFor();
    }
    for (const view of ["devices", "conservation"])
      for (const at of [0, 1, 2]) {
        await page.show(`${view}?page=${at}`);
        await page.page.waitForTimeout(300);
      }
    expect(page.complaints).toEqual([]);
  });

  it("counts what Kafka and the table have, when all is at rest", async () => {
    await docker("stop", ...["boiler", "meter-fleet-1", "pump", "turbine"].map(container));
    await page.show("conservation");
    const ends = await endOffsets(outputs.bootstrapServers, outputs.topics);
    const published = [...ends.values()].reduce((sum, end) => sum + end, 0);
    const totals = () =>
      Promise.all(
        ["in-topic", "in-table", "dead-letters"].map((hook) => page.numberAt(page.find(`total-${hook}`))),
      );
    await expect.poll(totals, { timeout: 60_000 }).toEqual([published, published - 1, 1]);
    const { rows } = await readLake(container("lake"));
    expect(rows.length).toBe(published - 1);
    for (const device of ["boiler", "pump", "turbine", "meter-7"]) {
      await page.show(`conservation?search=${device}`);
      const row = page.page.locator(`[data-testid=conservation-row][data-device=${device}]`);
      await row.waitFor();
      const figures = ["inTopic", "inTable", "deadLetters", "missing", "repeated"];
      const shown = await Promise.all(figures.map((hook) => page.numberAt(row.getByTestId(hook))));
      const inTable = rows.filter((one) => one.device === device).length;
      const deadLetters = device === "pump" ? 1 : 0;
      expect([device, ...shown]).toEqual([device, inTable + deadLetters, inTable, deadLetters, 0, 0]);
    }
    await page.until(
      "the verdict",
      "/nothing is missing/i.test(document.querySelector('[data-testid=verdict]').textContent)",
      30_000,
    );
    await docker("start", ...["boiler", "meter-fleet-1", "pump", "turbine"].map(container));
  });

  it("says within 30 s what is not proved when the lake cannot commit, and that it is proved again", async () => {
    const lakesImage = (await docker("inspect", "--format", "{{.Image}}", container("lake"))).trim();
    const change = (mode: string) =>
      docker(
        ...["run", "--rm", "--user", "root", "--network", "none", "--volume", `${container("lake")}:/lake`],
        ...[lakesImage, "chmod", "-R", mode, "/lake/bronze/_delta_log"],
      );
    const answerOfLake = async (path: string) => {
      const ask = `fetch("http://${container("lake")}:9464${path}").then((it) => it.text()).then(console.log, () => {})`;
      return docker("exec", container("dashboard"), "node", "--eval", ask);
    };
    const metricsOfDashboard = () =>
      docker(
        ...["exec", container("dashboard"), "node", "--eval"],
        'fetch("http://localhost:9464/metrics").then((it) => it.text()).then(console.log)',
      );
    const verdict = () => page.find("verdict").textContent();
    await page.show("conservation");
    await page.until(
      "that nothing is missing",
      "/nothing is missing/i.test(document.querySelector('[data-testid=verdict]').textContent)",
      60_000,
    );
    await change("a-w");
    const faultMs = Date.now();
    await eventually("that it is not proved", 40_000, async () =>
      /^\s*Not proved: lake has not read \S+.* since \d/.test((await verdict()) ?? "") ? true : undefined,
    );
    expect(Date.now() - faultMs).toBeLessThan(30_000);
    await page.until(
      "an alarm of it",
      "document.querySelector('[data-alarm=unproved]')?.textContent.startsWith('Not proved: lake')",
    );
    await page.resize(360, 740);
    await page.until("no scrolling sideways", "document.documentElement.scrollWidth <= window.innerWidth");
    await page.resize(1_440, 900);
    await eventually("the lake is known to be unhealthy", 5_000, async () =>
      (await metricsOfDashboard()).includes('kafka_iot_sim_container_up{name="lake",role="consumer"} 0')
        ? true
        : undefined,
    );

    const status = await stack.script("status");
    expect(status.exitCode).toBe(1);
    expect(status.output).toMatch(/^ {2}not proved: lake has not read /m);
    expect(status.output).toMatch(/^proof +not proved: lake has not read /m);
    expect(status.output).not.toMatch(/all is well|nothing is missing/);
    const { proof } = JSON.parse((await stack.script("status", "--json")).stdout) as {
      proof: { level: string };
    };
    expect(proof.level).toBe("unproved");
    const said = await eventually("the lake says why it ends", 90_000, async () => {
      const answer = await answerOfLake("/healthz");
      expect(answer).not.toContain('"healthy"');
      return answer.includes("it has ended") ? answer : undefined;
    });
    expect(said).toMatch(/"status":"sick","reason":"it has ended: .*_delta_log/);
    await page.show("overview");
    expect(["sick", "unreachable"]).toContain(await condition("lake"));
    await page.show("conservation");

    await change("u+w");
    // The engine waits longer each time before it starts a container again that ends.
    await docker("restart", container("lake"));
    await page.until(
      "that it is proved again",
      "/nothing is missing/i.test(document.querySelector('[data-testid=verdict]').textContent)",
      60_000,
    );
    await page.show("overview");
    await untilCondition("lake", "healthy", 30_000);
    expect(await page.find("alarms").locator("[data-alarm=unproved]").count()).toBe(0);
  });

  it("has every view, by the keyboard, in the light and in the dark, and on a phone", async () => {
    await page.page.keyboard.press("1");
    await untilCondition("broker-2", "healthy", 10_000);
    await page.page.waitForTimeout(8_000);
    await picture("overview");
    const views = ["overview", "devices", "topics", "lake", "conservation"];
    for (const [index, view] of views.entries()) {
      await page.page.keyboard.press(String(index + 1));
      await page.until(
        `the view ${view}`,
        `document.querySelector('[data-view]').dataset.view === '${view}'`,
      );
      await page.page.waitForTimeout(1_500);
      if (view !== "overview") await picture(view);
      await page.resize(360, 740);
      await page.until("no scrolling sideways", "document.documentElement.scrollWidth <= window.innerWidth");
      if (view === "overview") await picture("phone");
      await page.resize(1_440, 900);
    }
    await page.page.keyboard.press("/");
    expect(await page.page.evaluate<string>("document.activeElement.type")).toBe("search");
    await page.page.keyboard.press("Escape");
    await page.page.emulateMedia({ colorScheme: "dark" });
    await page.show("overview");
    await page.page.waitForTimeout(2_000);
    await picture("dark");
  });

  it.each(["light", "dark"] as const)(
    "has no barrier that axe-core knows in any view, %s",
    async (colorScheme) => {
      await page.page.emulateMedia({ colorScheme });
      for (const view of ["overview", "devices", "device/boiler", "topics", "lake", "conservation"]) {
        await page.show(view);
        await page.until(
          `the view ${view}`,
          `document.querySelector('[data-view]').dataset.view === '${view.split("/")[0] ?? ""}' && document.querySelector('.waiting') === null`,
        );
        const found: Record<string, string[]> = {};
        for (const [width, height] of [
          [360, 740],
          [1_440, 900],
        ] as const) {
          await page.resize(width, height);
          found[`${view}, ${width} pixels wide`] = await accessibilityProblems(page.page);
        }
        expect(Object.entries(found).filter(([, problems]) => problems.length > 0)).toEqual([]);
      }
      await page.page.keyboard.press("?");
      await page.page.getByRole("dialog").waitFor();
      expect(await accessibilityProblems(page.page)).toEqual([]);
      await page.page.keyboard.press("Escape");
    },
  );

  it("asks nobody but the dashboard, and the browser has nothing to complain of", () => {
    expect(page.foreignRequests).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(page.loads).toBe(1);
  });

  it("says that its server does not answer, keeps the last picture, and goes on when it does", async () => {
    await page.show("overview");
    await page.node("broker-1").waitFor();
    await docker("stop", container("dashboard"));
    await page.until(
      "that it tries again",
      "document.querySelector('[data-testid=connection]').dataset.state === 'lost'",
    );
    expect(await page.node("broker-1").count()).toBe(1);
    await docker("start", container("dashboard"));
    await page.until(
      "that it is back",
      "document.querySelector('[data-testid=connection]').dataset.state === 'open'",
      30_000,
    );
  });

  it("is not needed to be told in the terminal how everything does", async () => {
    await stack.configure({ consumers: [{ type: "lake" }] });
    await stack.up();
    expect((await stack.outputs()).dashboard).toBeUndefined();
    const before = await containersOf(stack.name);
    const { output } = await eventually("the lake has read what was there", 60_000, async () => {
      const status = await stack.script("status");
      return status.exitCode === 0 ? status : undefined;
    });
    expect(output).toMatch(/^stack \S+: all is well /);
    expect(output).toMatch(/^device +4 of 4 +boiler, meter-fleet-1, pump, turbine$/m);
    expect(output).toMatch(/^lake +[\d,]+ rows of .* 1 dead letter$/m);
    expect(output).toMatch(/^proof +nothing is missing or repeated$/m);
    // What has looked is gone.
    expect(await containersOf(stack.name)).toEqual(before);
    expect(await docker("ps", "--all", "--quiet", "--filter", `name=${container("status")}`)).toBe("");
  });
});
