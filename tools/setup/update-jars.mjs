// node tools/setup/update-jars.mjs: after a change of fallback/kafka-jars/pom.xml or spark-jars/pom.xml, pins the jars of the
// local Kafka image and of Spark again, with their hashes. Needs Maven; set-up itself does not.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recipes } from "./cache.mjs";
import { runMain } from "./main.mjs";
import { runLogged } from "./process.mjs";
import { sparkJarsRecipe } from "./spark.mjs";

await runMain(async () => {
  await pin("Kafka jars", join(recipes, "kafka-jars"));
  await pin("Spark jars", sparkJarsRecipe);
  return 0;
});

/** Writes jars.json beside a pom.xml. @param {string} name @param {string} recipe their folder */
async function pin(name, recipe) {
  const folder = mkdtempSync(join(tmpdir(), "kafka-iot-sim-jars-"));
  try {
    const options = [
      `-DoutputDirectory=${folder}`,
      "-DincludeScope=runtime",
      "-Dmdep.useRepositoryLayout=true",
    ];
    const pom = ["--file", join(recipe, "pom.xml")];
    await runLogged(name, "mvn", ["--quiet", ...pom, "dependency:copy-dependencies", ...options]);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const jars = files.filter((file) => file.endsWith(".jar")).sort();
    const hashes = jars.map((jar) => [
      jar,
      createHash("sha256")
        .update(readFileSync(join(folder, jar)))
        .digest("hex"),
    ]);
    writeFileSync(join(recipe, "jars.json"), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
    console.log(`${name}: pinned ${jars.length}.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
