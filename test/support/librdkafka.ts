import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { venvPython } from "../../tools/setup/python.mjs";
import type { MadeMessage } from "./messages";

/** Kafka's codecs, by the names that all clients use. */
export const codecs = ["gzip", "snappy", "lz4", "zstd"] as const;
export type Codec = (typeof codecs)[number];

/** Messages as lines for other programs. */
export function linesOf(messages: readonly MadeMessage[], separator = "\t"): string {
  return messages.map(({ key, value }) => `${key}${separator}${String(value)}\n`).join("");
}

/** Sends messages with librdkafka, the client of most languages, which is independent of this project. */
export async function sendByLibrdkafka(
  bootstrapServers: string,
  topic: string,
  codec: Codec,
  messages: readonly MadeMessage[],
): Promise<void> {
  const script = join(__dirname, "send_compressed.py");
  const child = spawn(venvPython(), [script, bootstrapServers, topic, codec], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  let problem = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (problem += text));
  child.stdin.end(linesOf(messages));
  const [exitCode] = (await once(child, "close")) as [number | null];
  if (exitCode !== 0) throw new Error(`librdkafka could not send (${exitCode}): ${problem}`);
}
