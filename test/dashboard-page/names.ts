import { expect, it } from "vitest";
import { oddNames } from "../../apps/shared/testing/odd-names";
import { endOffsets, produceValues } from "../support/kafka";
import type { DashboardSubject } from "./subject";

const markup = '<img src=x onerror="alert(1)">';

/** Names that any program may put into messages. */
export function testNames(subject: () => DashboardSubject): void {
  it("shows markup as text, in names and in dead letters", async () => {
    const { outputs, page } = subject();
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

  it("shows odd names literally, on every page", async () => {
    const { outputs, page } = subject();
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
        await page.drawn();
      }
    expect(page.complaints).toEqual([]);
  });
}
