import { expect, it } from "vitest";
import { eventually } from "../support/command";
import { readLake } from "../support/delta-rs";
import { docker } from "../support/docker";
import { endOffsets } from "../support/kafka";
import type { DashboardSubject } from "./subject";

/** What the page says of the proof that no message is lost or repeated. */
export function testProof(subject: () => DashboardSubject): void {
  it("counts the messages of Kafka and the rows of the table exactly, when nothing is sent", async () => {
    const { outputs, page, container } = subject();
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

  it("reports within 30 s that the lake cannot commit, and later that the proof holds again", async () => {
    const { stack, page, container, condition, untilCondition } = subject();
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
    // The engine waits longer each time before it restarts a container.
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
}
