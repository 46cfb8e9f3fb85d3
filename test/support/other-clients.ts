import { versions } from "../../tools/setup/versions.mjs";
import { runCommand } from "./command";
import type { MadeMessage } from "./messages";
import { testImages } from "./quick-images";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { venvPython } from "../../tools/setup/python.mjs";

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

/** The network in which a client runs: the host's, like a program on the host, or a stack's. */
export interface ClientPlace {
  /** A network of the engine; `host` for the host's. */
  readonly network: string;
  readonly bootstrapServers: string;
}

/** Runs a script of Kafka's own command line tools, which are independent of this project. @returns its standard output. */
export async function runKafkaTools({ network }: ClientPlace, script: string): Promise<string> {
  const image = (await testImages()).kafka ?? versions.images.official.kafka;
  const flags = [
    "--rm",
    "--network",
    network,
    "--tmpfs",
    "/var/lib/kafka/data",
    "--tmpfs",
    "/etc/kafka/secrets",
  ];
  return runCommand("docker", [
    "run",
    ...flags,
    "--env",
    "KAFKA_HEAP_OPTS=-Xmx128m",
    image,
    "bash",
    "-ec",
    script,
  ]);
}

/** Sends lines to all partitions, and reads the topic from its beginning. @returns the lines that were read, sorted */
export async function sendAndRead(
  place: ClientPlace,
  topic: string,
  lines: readonly string[],
  expected: number,
): Promise<string[]> {
  const servers = `--bootstrap-server ${place.bootstrapServers} --topic ${topic}`;
  const script = [
    // The key distributes the lines over the partitions.
    `for line in ${lines.join(" ")}; do echo $line:$line; done |`,
    `  kafka-console-producer ${servers} --property parse.key=true --property key.separator=: --producer-property acks=all`,
    `kafka-console-consumer ${servers} --from-beginning --max-messages ${expected} --timeout-ms 30000`,
  ].join("\n");
  return (await runKafkaTools(place, script))
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

/** Sends messages, with one producer for each codec. */
export async function sendByJava(
  { network, bootstrapServers }: ClientPlace,
  topic: string,
  messages: ReadonlyMap<string, readonly MadeMessage[]>,
): Promise<void> {
  const scripts = [...messages].map(([codec, made]) =>
    [
      `kafka-console-producer --bootstrap-server ${bootstrapServers} --topic ${topic} --compression-codec ${codec} \\`,
      "  --property parse.key=true --property key.separator='|' --producer-property linger.ms=200 <<'END'",
      `${linesOf(made, "|")}END`,
    ].join("\n"),
  );
  await runKafkaTools({ network, bootstrapServers }, scripts.join("\n"));
}
