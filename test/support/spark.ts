import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sparkJars, sparkPython } from "../../tools/setup/spark.mjs";
import { byOffset, type PlainRow } from "./sample-rows";
import type { TableContents } from "./table-readers";

type Answer = { readonly result: unknown } | { readonly error: string };

/** A Spark session in its own process, which carries out one command after the other. */
export class Spark {
  private errors = "";
  private readonly answers: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors = `${this.errors}${text}`.slice(-4000);
    });
    const lines = createInterface(child.stdout as NodeJS.ReadableStream);
    this.answers = lines[Symbol.asyncIterator]();
  }

  static start(): Spark {
    const script = join(__dirname, "spark_table.py");
    return new Spark(spawn(sparkPython(), [script, sparkJars().join(",")], { stdio: "pipe" }));
  }

  async read(table: string): Promise<TableContents> {
    const { schema, rows } = (await this.ask({ do: "read", table })) as {
      schema: unknown;
      rows: PlainRow[];
    };
    return { schema, rows: rows.sort(byOffset) };
  }

  async append(table: string, rows: readonly PlainRow[]): Promise<void> {
    await this.ask({ do: "append", table, rows });
  }

  /** Runs a statement. @returns its rows */
  async sql(text: string): Promise<Record<string, unknown>[]> {
    return (await this.ask({ do: "sql", text })) as Record<string, unknown>[];
  }

  async stop(): Promise<void> {
    const ended = this.child.exitCode === null ? once(this.child, "close") : undefined;
    this.child.stdin?.end();
    await ended;
  }

  private async ask(command: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.child.stdin?.write(`${JSON.stringify(command)}\n`);
    const next = await this.answers.next();
    if (next.done === true) throw new Error(`Spark has ended:\n${this.errors}`);
    const answer = JSON.parse(next.value) as Answer;
    if ("error" in answer) throw new Error(`Spark could not ${String(command["do"])}:\n${answer.error}`);
    return answer.result;
  }
}
