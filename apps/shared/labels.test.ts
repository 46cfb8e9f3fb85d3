import { expect, it } from "vitest";
import { brokenBytes } from "../../contract/testing/odd-texts";
import { labelsOf } from "./labels";

const fault = {
  kinds: ["corrupt"],
  device: "d",
  sensor: "s",
  boot: 1,
  seq: 2,
  observedAt: "2026-11-23T00:00:01.000Z",
};
const labelled = (headers: Readonly<Record<string, Buffer | string>>) =>
  labelsOf((name) => (headers[name] === undefined ? undefined : Buffer.from(headers[name])));

it("labelsOf reads declared faults, and returns undefined without headers", () => {
  expect(labelled({})).toBeUndefined();
  expect(labelled({ fault: JSON.stringify(fault), lost: '{"missing":1}' })).toEqual({
    fault,
    lost: { missing: 1 },
    held: undefined,
    areReadable: true,
  });
});

it.each([...brokenBytes])("labelsOf does not read a header that has %s", (_, bytes) => {
  const [before, after] = JSON.stringify({ ...fault, device: "HERE" }).split("HERE");
  const header = Buffer.concat([Buffer.from(before ?? ""), bytes, Buffer.from(after ?? "")]);
  expect(labelled({ fault: header })).toMatchObject({ fault: undefined, areReadable: false });
});

it("labelsOf does not read a name with half a surrogate pair", () => {
  const header = JSON.stringify({ ...fault, sensor: "HERE" }).replace("HERE", "\\udc00");
  expect(labelled({ fault: header })).toMatchObject({ fault: undefined, areReadable: false });
});
