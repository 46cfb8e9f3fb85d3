import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testNames } from "./dashboard-page/names";
import { testProof } from "./dashboard-page/proof";
import { dashboardSubject, type DashboardSubject, pictures } from "./dashboard-page/subject";
import { testViews } from "./dashboard-page/views";
import { accessibilityProblems, DashboardPage } from "./support/dashboard-page";
import { eventually } from "./support/command";
import { containersOf, docker } from "./support/docker";
import { PulumiStack } from "./support/pulumi-stack";

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

/** One page in a browser, from the stack's first update on; each test goes on from where the one before it ended. */
describe("the dashboard", () => {
  let stack: PulumiStack;
  let subject: DashboardSubject;

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    stack = await PulumiStack.create("dashboard", 2);
    await stack.configure({
      brokers: 2,
      devices: [boiler, { name: "meter", count: 40, profile: "power-meter" }, { name: "pump" }],
      lake: { flushInterval: "2s" },
    });
    await stack.up();
    const outputs = await stack.outputs();
    subject = dashboardSubject(stack, outputs, await DashboardPage.open(outputs.dashboard ?? ""));
  });
  afterAll(async () => {
    await DashboardPage.closeAll();
    await stack.dispose();
  });

  it("is published on this machine alone", async () => {
    const { outputs, container } = subject;
    expect(outputs.dashboard).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const ports = JSON.parse(
      await docker("inspect", "--format", "{{json .NetworkSettings.Ports}}", container("dashboard")),
    ) as Record<string, { HostIp: string }[] | null>;
    expect(Object.values(ports).flatMap((bindings) => bindings?.map(({ HostIp }) => HostIp) ?? [])).toEqual([
      "127.0.0.1",
    ]);
  });

  it("shows every part of the stack as healthy", async () => {
    const { stack, page, untilCondition } = subject;
    for (const name of ["zookeeper-1", "broker-1", "broker-2", "lake", "console"])
      await untilCondition(name, "healthy", 30_000);
    await page.until("the devices", "document.querySelector('[data-testid=devices]')?.textContent === '42'");
    expect(await page.find("alarms").locator("[data-alarm]").count()).toBe(0);
  });

  it("draws moving curves", async () => {
    const { page } = subject;
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

  it("finds devices by search and page by page, from the address", async () => {
    const { page } = subject;
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
    const { page, container, untilCondition, picture } = subject;
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

  it("shows a device that `pulumi up` has added, without a reload", async () => {
    const { stack, page } = subject;
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
    subject.outputs = await stack.outputs();
    await page.device("turbine").locator("canvas").first().waitFor({ timeout: 30_000 });
    expect(page.loads).toBe(1);
  });

  testNames(() => subject);
  testProof(() => subject);
  testViews(() => subject);

  it("requests nothing from other origins, and causes no error in the browser", () => {
    const { page } = subject;
    expect(page.foreignRequests).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(page.loads).toBe(1);
  });

  it("reports that its server does not answer, keeps the last values, and recovers", async () => {
    const { page, container, picture } = subject;
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

  it("is not needed for npm run status", async () => {
    const { stack, container } = subject;
    await stack.configure({ consumers: [{ type: "lake" }] });
    await stack.up();
    expect((await stack.outputs()).dashboard).toBeUndefined();
    const before = await containersOf(stack.name);
    const { output } = await eventually("status has read everything, and all is well", 120_000, async () => {
      const status = await stack.script("status");
      return status.exitCode === 0 && status.output.includes(": all is well") ? status : undefined;
    });
    expect(output).toMatch(/^stack \S+: all is well /);
    expect(output).toMatch(/^device +4 of 4 +boiler, meter-fleet-1, pump, turbine$/m);
    expect(output).toMatch(/^lake +[\d,]+ rows of .* 1 dead letter$/m);
    expect(output).toMatch(/^proof +nothing is missing or repeated$/m);
    // The container that has observed the stack is gone.
    expect(await containersOf(stack.name)).toEqual(before);
    expect(await docker("ps", "--all", "--quiet", "--filter", `name=${container("status")}`)).toBe("");
  });
});
