import { expect, it } from "vitest";
import { profileNames } from "../../infra/config/profiles";
import { describeSignals } from "./report";
import { findSubject } from "./subject";

const nothingToReplay = () => {
  throw new Error("nothing is replayed");
};
const noStack = () => Promise.reject(new Error("no stack is asked for"));

async function preview(subject: string, { width = 60, spanMs }: { width?: number; spanMs?: number } = {}) {
  const found = await findSubject(subject, noStack);
  return describeSignals({
    subject: found,
    device: found.device,
    seed: found.seed,
    fromMs: Date.UTC(2026, 10, 23),
    spanMs,
    width,
    replayTable: nothingToReplay,
  }).split("\n");
}

it("the preview draws a curve with its range, its mean and its times", async () => {
  expect(await preview('{"type":"sine","mean":20,"amplitude":5,"period":"1h"}')).toEqual([
    "model: device device-1, seed 1, times in UTC",
    "",
    "value: sine, every 1s, 4h from 2026-11-23 00:00",
    "min 15.0, mean 20.0, max 25.0",
    "    ▲",
    "25.0┤  ┏━┓         ┏━━┓         ┏━┓          ┏━┓",
    "    │ ┏┛ ┗┓       ┏┛  ┃        ┏┛ ┗┓        ┏┛ ┗┓",
    "    │┏┛   ┃       ┃   ┗┓       ┃   ┗┓      ┏┛   ┗┓",
    "20.0┤┛    ┗┓     ┏┛    ┗┓     ┏┛    ┃      ┃     ┃     ┏━",
    "    │      ┃     ┃      ┃    ┏┛     ┗┓    ┏┛     ┗┓    ┃",
    "    │      ┗┓   ┏┛      ┗┓   ┃       ┗┓   ┃       ┃   ┏┛",
    "    │       ┗┓ ┏┛        ┗┓ ┏┛        ┃  ┏┛       ┗┓ ┏┛",
    "15.0┤        ┗━┛          ┗━┛         ┗━━┛         ┗━┛",
    "    └┬────────────┬────────────┬───────────┬────────────┬▶",
    " 00:00        01:00        02:00       03:00        04:00",
  ]);
});

it("the preview draws states as steps with their names", async () => {
  const states = [
    { name: "off", value: 0, dwell: "2h" },
    { name: "running", value: 7.5, dwell: "4h" },
  ];
  expect(await preview(JSON.stringify({ type: "states", states }))).toEqual([
    "model: device device-1, seed 1, times in UTC",
    "",
    "value: states, every 1s, 1d from 2026-11-23 00:00",
    "min 0.00, mean 4.60, max 7.50",
    "       ▲",
    "running┤   ┏━━━━━┓    ┏━━━━━┓┏━━━━━┓        ┏━━━━━━━━━━┓",
    "       │   ┃     ┃    ┃     ┃┃     ┃        ┃          ┃",
    "    off┤━━━┛     ┗━━━━┛     ┗┛     ┗━━━━━━━━┛          ┗━",
    "       └┬───────────┬───────────┬───────────┬───────────┬▶",
    "    00:00       06:00       12:00       18:00       00:00",
  ]);
});

it("the preview draws a constant", async () => {
  expect(await preview('{"type":"constant","value":21.5}')).toEqual([
    "model: device device-1, seed 1, times in UTC",
    "",
    "value: constant, every 1s, 1d from 2026-11-23 00:00",
    "min 21.5, mean 21.5, max 21.5",
    "    ▲",
    "    │",
    "21.5┤━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━",
    "    │",
    "    └┬────────────┬────────────┬───────────┬────────────┬▶",
    " 00:00        06:00        12:00       18:00        00:00",
  ]);
});

it.each([
  ["48h", 48 * 3_600_000, "00:00 12:00 00:00 12:00 00:00"],
  ["7d", 7 * 86_400_000, "11-23 00:00 11-24 18:00 11-26 12:00 11-28 06:00 11-30 00:00"],
  ["10m", 600_000, "00:00:00 00:02:30 00:05:00 00:07:30 00:10:00"],
  ["2s", 2000, "00:00.000 00:00.500 00:01.000 00:01.500 00:02.000"],
])("writes times as finely as %s needs it", async (_, spanMs, times) => {
  const lines = await preview('{"type":"constant","value":1}', { width: 80, spanMs });
  expect(lines.at(-1)?.trim().replaceAll(/ +/g, " ")).toBe(times);
});

it.each(profileNames)(
  "the preview draws every sensor of the profile %s within the width of the terminal",
  async (profile) => {
    for (const width of [80, 132]) {
      const lines = await preview(profile, { width });
      const { sensors } = await findSubject(profile, noStack);
      for (const { name } of sensors)
        expect(lines.filter((line) => line.startsWith(`${name}: `))).toHaveLength(1);
      const drawn = lines.filter((line) => /[┤│└]/.test(line)).map((line) => line.length);
      expect(Math.max(...drawn)).toBeLessThanOrEqual(width);
      expect(Math.max(...drawn)).toBeGreaterThan(width - 4);
    }
  },
);

it.each([
  [
    '{"type":"gaussian","mean":1e300,"deviation":1e308}',
    /^min -?\d\.\d{3}e\+30[78], mean -?\d\.\d{3}e\+30\d, max \d\.\d{3}e\+308$/,
  ],
  ['{"type":"constant","value":1e308}', /^min 1\.000e\+308, mean 1\.000e\+308, max 1\.000e\+308$/],
  ['{"type":"constant","value":-1e308}', /^min -1\.000e\+308, mean -1\.000e\+308, max -1\.000e\+308$/],
  ['{"type":"constant","value":5e-324}', /^min 4\.941e-324, mean 4\.941e-324, max 4\.941e-324$/],
  ['{"type":"uniform","min":1e21,"max":2e21}', /^min 1\.\d{3}e\+21, mean 1\.\d{3}e\+21, max \d\.\d{3}e\+21$/],
  ['{"type":"uniform","min":1e-20,"max":2e-20}', /^min 1\.\d{3}e-20, mean 1\.\d{3}e-20, max \d\.\d{3}e-20$/],
  [
    '{"type":"uniform","min":0,"max":1e-10}',
    /^min 0\.000000000000\d*, mean 0\.000000000\d+, max 0\.000000000\d+$/,
  ],
  [
    '{"type":"sine","mean":0,"amplitude":1.7e308}',
    /^min -1\.700e\+308, mean -?\d\.\d{3}e\+\d+, max 1\.700e\+308$/,
  ],
  [
    '{"type":"choice","values":[{"value":1.7e308},{"value":-1.7e308}]}',
    /^min -1\.700e\+308, .*, max 1\.700e\+308$/,
  ],
  [
    '{"type":"states","states":[{"name":"a","value":1.7e308,"dwell":"1h"},{"name":"b","value":-1.7e308,"dwell":"1h"},{"name":"c","value":0,"dwell":"1h"}]}',
    /^min -1\.700e\+308, .*, max 1\.700e\+308$/,
  ],
  ['{"type":"counter","increment":1e308}', /^min 0\.00, mean /],
  ['{"type":"derived","expression":"1/0"}', /^min 0\.00, mean 0\.00, max 0\.00$/],
])("draws numbers of any size: %s", async (model, range) => {
  const [, , , shown = "", ...drawn] = await preview(model);
  expect(shown).toMatch(range);
  expect(drawn.length).toBeGreaterThan(3);
  expect(drawn.join("\n")).toContain("┤");
  expect(drawn.join("\n")).not.toMatch(/NaN|Infinity/);
});
