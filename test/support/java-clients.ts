import { versions } from "../../tools/setup/versions.mjs";
import { runCommand } from "./command";
import { linesOf } from "./librdkafka";
import type { MadeMessage } from "./messages";
import { testImages } from "./quick-images";

/** Where a client runs: in the host's network, as a program on the host does, or in a stack's. */
export interface ClientPlace {
  /** A network of the engine; `host` for the host's own. */
  readonly network: string;
  readonly bootstrapServers: string;
}

/** Runs a script of Kafka's own command line tools, which know nothing of this project. @returns its standard output. */
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

/** Sends lines, of which each partition gets some, and reads the topic from its beginning. @returns what was read, sorted. */
export async function sendAndRead(
  place: ClientPlace,
  topic: string,
  lines: readonly string[],
  expected: number,
): Promise<string[]> {
  const servers = `--bootstrap-server ${place.bootstrapServers} --topic ${topic}`;
  const script = [
    // A batch goes to one partition: without waiting for more, lines go to all of them in turn.
    `for line in ${lines.join(" ")}; do echo $line:$line; done |`,
    `  kafka-console-producer ${servers} --property parse.key=true --property key.separator=: --producer-property acks=all`,
    `kafka-console-consumer ${servers} --from-beginning --max-messages ${expected} --timeout-ms 30000`,
  ].join("\n");
  return (await runKafkaTools(place, script))
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

/** Sends messages, those of each codec by a producer of its own. */
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
