import { beforeEach, describe, expect, it } from "vitest";
import { PageConnection } from "./page-connection";

describe("a page's connection", () => {
  let written: string[];
  let keepsUp: boolean;
  let drained: () => void;
  let isDestroyed: boolean;
  let nowMs: number;
  let connection: PageConnection;
  const full = () => "full";

  beforeEach(() => {
    [written, keepsUp, drained, isDestroyed, nowMs] = [[], true, () => {}, false, 0];
    connection = new PageConnection(
      {
        write: (text) => {
          written.push(text);
          return keepsUp;
        },
        once: (_event, listener) => (drained = listener),
        destroy: () => (isDestroyed = true),
      },
      () => nowMs,
    );
  });

  it("is sent each event, and nothing where there is none", () => {
    for (const text of ["a", "", "b"]) connection.send(text, full);
    expect(written).toEqual(["a", "b"]);
  });

  it("is sent nothing while it does not keep up, and then all there is, once", () => {
    connection.send("a", full);
    keepsUp = false;
    for (const text of ["b", "c", "d"]) connection.send(text, full);
    expect(written).toEqual(["a", "b"]);
    keepsUp = true;
    drained();
    for (const text of ["e", "f"]) connection.send(text, full);
    expect(written).toEqual(["a", "b", "full", "f"]);
  });

  it("goes on where it kept up again before anything was missed", () => {
    keepsUp = false;
    connection.send("a", full);
    keepsUp = true;
    drained();
    connection.send("b", full);
    expect(written).toEqual(["a", "b"]);
  });

  it("is ended when it has not kept up for half a minute", () => {
    keepsUp = false;
    connection.send("a", full);
    nowMs = 30_000;
    connection.send("b", full);
    expect(isDestroyed).toBe(false);
    nowMs = 30_001;
    connection.send("c", full);
    expect(isDestroyed).toBe(true);
  });
});
