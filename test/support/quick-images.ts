import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imagesConfig } from "../../tools/setup/images.mjs";
import { versions } from "../../tools/setup/versions.mjs";
import { eventually, tryCommand } from "./command";
import { docker } from "./docker";

/** Images by role, as the `images` config of a stack takes them. */
export type Images = Readonly<Partial<Record<"kafka" | "zookeeper" | "node" | "prometheus", string>>>;

/** With it, tests of faults write down how long a cluster took to recover. */
export const figuresVariable = "FAULT_FIGURES";
const variable = "KAFKA_IOT_SIM_TEST_IMAGES";
const repository = "kafka-iot-sim/quick";
const archive = "/quick.jsa";
/** A server that lives for minutes gains nothing from the second compiler and from a collector with threads of its own. */
const options = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Djava.awt.headless=true";

/**
 * Makes images of Kafka and ZooKeeper that start with 2 s of processor time instead of 5: the same files, with other options of Java and
 * an archive of the classes that a broker loads. They are made once for each base image (about 10 s). The processes that run test files
 * find them with {@link testImages}.
 */
export async function provideQuickImages(): Promise<void> {
  // Figures of faults are taken with the images that users have.
  if (process.env[figuresVariable] !== undefined) return;
  const { kafka, zookeeper } = await baseImages();
  const id = (await docker("image", "inspect", "--format", "{{.Id}}", kafka)).trim().slice(7, 19);
  const images = { kafka: `${repository}-kafka:${id}`, zookeeper: `${repository}-zookeeper:${id}` };
  if ((await tryCommand("docker", ["image", "inspect", ...Object.values(images)])).exitCode !== 0) {
    const context = await mkdtemp(join(tmpdir(), "kafka-iot-sim-quick-"));
    try {
      await archiveClasses(kafka, join(context, "quick.jsa"));
      for (const [base, image] of [
        [kafka, images.kafka],
        [zookeeper, images.zookeeper],
      ] as const) {
        const lines = [
          `FROM ${base}`,
          `COPY --chown=0:0 quick.jsa ${archive}`,
          // Where the archive does not fit, Java would say so on standard output, and go on without it.
          `ENV KAFKA_JVM_PERFORMANCE_OPTS="${options} -Xlog:disable -XX:SharedArchiveFile=${archive}"`,
        ];
        await writeFile(join(context, "Dockerfile"), `${lines.join("\n")}\n`);
        await docker("build", "--quiet", "--network=none", "--tag", image, context);
      }
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  }
  process.env[variable] = JSON.stringify(images);
}

/** The images of this machine for tests of which none depends on Java's options. */
export async function testImages(): Promise<Images> {
  return { ...(await imagesConfig()), ...(JSON.parse(process.env[variable] ?? "{}") as Images) };
}

async function baseImages(): Promise<{ readonly kafka: string; readonly zookeeper: string }> {
  const { kafka, zookeeper } = { ...versions.images.official, ...(await imagesConfig()) };
  return { kafka, zookeeper };
}

/** Runs a broker that is its own controller to its end, which writes the classes that it has loaded to a file. */
async function archiveClasses(image: string, file: string): Promise<void> {
  const environment = {
    CLUSTER_ID: "MkU3OEVBNTcwNTJENDM2Qk",
    KAFKA_NODE_ID: "1",
    KAFKA_PROCESS_ROLES: "broker,controller",
    KAFKA_CONTROLLER_QUORUM_VOTERS: "1@127.0.0.1:9093",
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_INTER_BROKER_LISTENER_NAME: "CLIENTS",
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
    KAFKA_LISTENERS: "CLIENTS://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
    KAFKA_ADVERTISED_LISTENERS: "CLIENTS://127.0.0.1:9092",
    KAFKA_HEAP_OPTS: "-Xms128m -Xmx256m",
    KAFKA_JVM_PERFORMANCE_OPTS: `${options} -XX:ArchiveClassesAtExit=/tmp/quick.jsa`,
  };
  const flags = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const container = (await docker("run", "--detach", "--network", "none", ...flags, image)).trim();
  try {
    await eventually("a broker starts, whose classes are archived", 120_000, async () => {
      const { output } = await tryCommand("docker", ["logs", container]);
      return output.includes("Kafka Server started") || undefined;
    });
    await docker("stop", "--time", "60", container);
    await docker("cp", `${container}:/tmp/quick.jsa`, file);
  } finally {
    await docker("rm", "--force", "--volumes", container);
  }
}
