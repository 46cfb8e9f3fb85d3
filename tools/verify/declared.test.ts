import { describe, expect, it } from "vitest";
import { oddNames } from "../../apps/shared/testing/odd-names";
import { observationSchema } from "../../contract/tables";
import { dataFile } from "../lake/sql/testing/data-file";
import {
  declaredBy,
  fault,
  heldBefore,
  letters,
  lostBefore,
  row,
  rows,
  rowsOf,
  run,
  temporaryJudge,
} from "./testing/judged";

const judged = temporaryJudge();

describe("odd names", () => {
  it("are explained by their declarations", async () => {
    const names = oddNames.filter((name) => name.isWellFormed());
    const seqs = [0, 2, 2, 4];
    const observed = names.flatMap((device, index) =>
      seqs.map((seq, at) => row(index * seqs.length + at, { device, sensor_name: device, seq })),
    );
    const declared = declaredBy(
      ...names.flatMap((name) => {
        const of = { device: name, sensor: name };
        return [
          { lost: { missing: 1 }, value: { ...of, seq: 2 } },
          { fault: { ...fault(2, "duplicate").fault, ...of } },
          { held: { count: 1, until: "2026-11-23T23:59:59.999Z" }, value: { ...of, seq: 4 } },
        ];
      }),
    );
    const judgement = await judged(
      [run(observed.length)],
      [[59, dataFile(observationSchema, observed)]],
      [],
      declared,
    );
    expect(judgement.problems).toEqual([]);
    expect(judgement.declared).toMatchObject([
      { kind: "duplicate", devices: names.length },
      { kind: "missing", devices: names.length },
    ]);
  });
});

describe("a declaration", () => {
  it("explains observations without a message", async () => {
    const declared = declaredBy(lostBefore(5, { missing: 2, offline: 1 }), lostBefore(8, { missing: 1 }));
    const judgement = await judged([run(5)], [rowsOf(0, 1, 5, 6, 8)], [], declared);
    expect(judgement).toMatchObject({
      problems: [],
      notes: [],
      observations: 5,
      declared: [
        { kind: "missing", observations: 3, withoutMessage: 3, devices: 1 },
        { kind: "offline", observations: 1, withoutMessage: 1, devices: 1 },
      ],
    });
  });

  it("explains no more than it declares", async () => {
    const declared = declaredBy(lostBefore(7, { missing: 2 }));
    const { problems, notes } = await judged([run(4)], [rowsOf(0, 1, 7, 9)], [], declared);
    expect(problems).toEqual([
      "device d, sensor s, boot 1000: 4 of 10 values of seq missing: 2 to 4, 8 (beside 2 that are declared)",
    ]);
    expect(notes).toEqual(["a note"]);
  });

  it("explains nothing of another sensor, or of another life", async () => {
    const other = [
      { lost: { missing: 1 }, value: { seq: 2, sensor: "t" } },
      { lost: { missing: 1 }, value: { seq: 2, boot: 7 } },
      { lost: { missing: 1 }, value: { seq: 2, device: "e" } },
    ];
    const { problems } = await judged([run(2)], [rowsOf(0, 2)], [], declaredBy(...other));
    expect(problems).toEqual(["device d, sensor s, boot 1000: 1 of 3 values of seq missing: 1"]);
  });

  it("explains observations that are held back until they are due", async () => {
    // The sensor's latest observation is of 23:59:00.003.
    const files = [rowsOf(0, 1, 4, 5)];
    const heldUntil = (until: string) => declaredBy(heldBefore(4, 2, until));
    const early = await judged([run(4)], files, [], heldUntil("2026-11-23T23:59:00.004Z"));
    expect(early.problems).toEqual([]);
    const due = await judged([run(4)], files, [], heldUntil("2026-11-23T23:59:00.003Z"));
    expect(due.problems).toEqual(["device d, sensor s, boot 1000: 2 of 6 values of seq missing: 2 to 3"]);
  });

  it("counts an observation that was held back and has arrived once", async () => {
    const declared = declaredBy(heldBefore(4, 2, "2026-11-23T23:59:59.999Z"), fault(2, "late"));
    const { problems } = await judged([run(5)], [rowsOf(0, 1, 4, 5, 2)], [], declared);
    expect(problems).toEqual([]);
  });

  it("explains corrupt messages, which are dead letters, and the losses that their headers declare", async () => {
    const corrupt = { ...fault(3, "corrupt", "spike"), lost: { missing: 1 } };
    const judgement = await judged(
      [run(4)],
      [rows([0, 1, 3], (offset) => ({ seq: [0, 1, 0, 4][offset] ?? 0 }))],
      [letters([2])],
      declaredBy(corrupt, corrupt),
    );
    expect(judgement.problems).toEqual([]);
    expect(judgement.declared).toEqual([
      { kind: "corrupt", observations: 1, withoutMessage: 0, devices: 1 },
      { kind: "missing", observations: 1, withoutMessage: 1, devices: 1 },
      { kind: "spike", observations: 1, withoutMessage: 0, devices: 1 },
    ]);
  });

  it("explains a second row, but no third", async () => {
    const declared = declaredBy(fault(1, "duplicate"), fault(1, "duplicate"), fault(2, "duplicate"));
    const judgement = await judged([run(5)], [rowsOf(0, 1, 1, 2, 2)], [], declared);
    expect(judgement).toMatchObject({ problems: [], observations: 3 });
    expect(judgement.declared).toEqual([
      { kind: "duplicate", observations: 2, withoutMessage: 0, devices: 1 },
    ]);
    const { problems } = await judged([run(5)], [rowsOf(0, 1, 1, 1, 0)], [], declared);
    expect(problems).toEqual([
      "2 too many of what must be there once: device d, sensor s, boot 1000 seq 0 (2 rows); " +
        "device d, sensor s, boot 1000 seq 1 (2 rows)",
    ]);
  });

  it("explains late observations that are not in the table yet, and ignores those newer than the table", async () => {
    const declared = declaredBy(fault(1, "late"), fault(3, "corrupt"), lostBefore(9, { missing: 4 }));
    const { problems } = await judged([run(2)], [rowsOf(0, 2)], [], declared);
    expect(problems).toEqual([]);
  });

  it("is wrong if there is a row of an observation that it declares lost", async () => {
    const declared = declaredBy(lostBefore(4, { missing: 2 }));
    const { problems } = await judged([run(3)], [rowsOf(0, 2, 4)], [], declared);
    expect(problems).toEqual([
      "device d, sensor s, boot 1000: 1 of 5 values of seq missing: 1 (beside 2 that are declared)",
      "1 too many of what must be there once: device d, sensor s, boot 1000 seq 2 (1 row and 1 declaration)",
    ]);
  });

  it("does not count what was removed before the lake started to read", async () => {
    const declared = declaredBy(lostBefore(3, { missing: 2 }), lostBefore(7, { missing: 1 }));
    const { problems } = await judged(
      [run(7, { first: 3 })],
      [rows([3, 4, 5, 6], (offset) => ({ seq: [4, 5, 7, 8][offset - 3] ?? 0 }))],
      [],
      declared,
    );
    expect(problems).toEqual([]);
  });

  it("is ignored if it covers too many observations", async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const declared = declaredBy(
      lostBefore(2, { missing: 1 }),
      ...Array.from({ length: 2_000 }, () => lostBefore(most, { missing: most - 1, offline: most })),
      heldBefore(most, most, "2026-11-23T23:59:59.999Z"),
    );
    const { problems, notes } = await judged([run(3)], [rowsOf(0, 2, 4)], [], declared);
    expect(problems).toEqual([
      "device d, sensor s, boot 1000: 1 of 5 values of seq missing: 3 (beside 1 that are declared)",
    ]);
    expect(notes).toEqual([
      "4,001 declarations of more observations than can be checked: they explain nothing",
      "a note",
    ]);
  });

  it("is counted as unreadable if its header cannot be read", async () => {
    const bad = [
      { fault: "x" },
      { lost: "{}x", value: { seq: 1 } },
      { lost: { missing: 1 } },
      { fault: { kinds: ["other"] } },
    ];
    const { notes } = await judged([run(2)], [rowsOf(0, 2)], [], declaredBy(...bad));
    expect(notes).toEqual(["4 messages with headers that name faults and cannot be read", "a note"]);
  });
});
