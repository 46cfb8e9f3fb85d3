import { describe, expect, it } from "vitest";
import { Driver } from "./testing/driver";

describe("messages that name no device", () => {
  it("belong to the only device of their topic, or to the device that their key names", () => {
    const driver = new Driver([
      { name: "device-1", topic: "device-1" },
      { name: "meter-1", topic: "meters" },
      { name: "meter-2", topic: "meters" },
    ]);
    const send = (topic: string, key: string | null) =>
      driver.message(
        {
          offset: 0,
          timestampMs: 0,
          key: key === null ? null : Buffer.from(key),
          observation: undefined,
          labels: undefined,
        },
        { topic },
      );
    send("device-1", null);
    for (const key of ["meter-2/power", "meter-2", "meter-3/power", "device-1/s", null]) send("meters", key);
    const { rows } = driver.reconciliation.rows("", 0, 10);
    expect(rows.map(({ device, inTopic }) => [device, inTopic])).toEqual([
      ["device-1", 1],
      ["meter-1", 0],
      ["meter-2", 1],
    ]);
    expect(driver.reconciliation.totals()).toMatchObject({ inTopic: 6, missing: 0 });
    expect(driver.reconciliation.ownerOf("meters", "meter-1/x/y")).toBe("meter-1");
    expect(driver.reconciliation.ownerOf("other", "meter-1/x")).toBeUndefined();
  });
});

describe("the devices' rows", () => {
  const planned = Array.from({ length: 12 }, (_, index) => ({ name: `meter-${index + 1}`, topic: "meters" }));

  it("come in pages, devices with gaps first, then in natural order", () => {
    const driver = new Driver(planned).begin(0, 0, { topic: "meters" });
    for (const device of ["meter-11", "meter-3"])
      for (const seq of [0, 0]) driver.read(seq, { device }, { topic: "meters" });
    const names = (search: string, page: number, pageSize: number) => {
      const { total, rows } = driver.reconciliation.rows(search, page, pageSize);
      return [total, ...rows.map(({ device }) => device.slice(6))];
    };
    expect(names("", 0, 5)).toEqual([12, "3", "11", "1", "2", "4"]);
    expect(names("", 1, 5)).toEqual([12, "5", "6", "7", "8", "9"]);
    expect(names("", 2, 5)).toEqual([12, "10", "12"]);
    expect(names("", 3, 5)).toEqual([12]);
    expect(names("METER-1", 0, 5)).toEqual([4, "11", "1", "10", "12"]);
    expect(names("r-12", 0, 5)).toEqual([1, "12"]);
    expect(names("", 0, 1)).toEqual([12, "3"]);
    expect(names("", 1, 1)).toEqual([12, "11"]);
    expect(driver.reconciliation.gapCount).toBe(2);
    expect(driver.reconciliation.gaps(1)).toHaveLength(1);
  });

  it("include devices that the plan does not know", () => {
    const driver = new Driver().begin().read(0, { device: "<b>" });
    expect(driver.reconciliation.rows("", 0, 9).rows.map(({ device, topic }) => [device, topic])).toEqual([
      ["<b>", "device-1"],
      ["device-1", "device-1"],
    ]);
  });
});
