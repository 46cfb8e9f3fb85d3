import { describe, expect, it } from "vitest";
import { oddNames } from "../../../../shared/testing/odd-names";
import { formatRoute, parseRoute, streamUrl } from "./routes";

const overview = { view: "overview", search: "", page: 0 };

describe("a route", () => {
  it.each([
    ["", overview],
    ["#", overview],
    ["#/", overview],
    ["#/nonsense?search=a", { ...overview, search: "a" }],
    ["#/devices", { ...overview, view: "devices" }],
    ["#/devices?search=pump%20%26%201&page=3", { view: "devices", search: "pump & 1", page: 2 }],
    ["#/topics?page=0", { ...overview, view: "topics" }],
    ["#/topics?page=-1", { ...overview, view: "topics" }],
    ["#/topics?page=x", { ...overview, view: "topics" }],
    ["#/device/a%2Fb%3Fc", { ...overview, view: "device", device: "a/b?c" }],
    ["#/device", { ...overview, view: "devices" }],
    ["#/device/%E0%A4%A", { ...overview, view: "devices" }],
  ])("is read from %s", (hash, route) => expect(parseRoute(hash)).toEqual(route));

  it.each([
    [{ view: "overview" }, "#/overview"],
    [{ view: "devices", search: "pump & 1", page: 2 }, "#/devices?search=pump+%26+1&page=3"],
    [{ view: "device", device: "<b>/#?" }, "#/device/%3Cb%3E%2F%23%3F"],
  ] as const)("is written, and read again: %o", (route, hash) => {
    expect(formatRoute(route)).toBe(hash);
    expect(parseRoute(hash)).toEqual({ search: "", page: 0, ...route });
  });

  it("can be written for every name that a message can have", () => {
    for (const device of oddNames)
      expect(parseRoute(formatRoute({ view: "device", device }))).toMatchObject({
        device: device.toWellFormed(),
      });
  });

  it("has the address of its stream", () => {
    expect(streamUrl({ view: "overview", search: "", page: 0 })).toBe("/api/stream?view=overview");
    expect(streamUrl({ view: "devices", search: "a&b", page: 2 })).toBe(
      "/api/stream?view=devices&search=a%26b&page=2",
    );
    expect(streamUrl({ view: "device", device: "é/1", search: "", page: 0 })).toBe(
      "/api/stream?view=device&device=%C3%A9%2F1",
    );
  });
});
