// node tools/setup/update-jars.mjs: after a change of fallback/kafka-jars/pom.xml, pins again which jars the local Kafka image has
// and what is in them. Needs Maven; set-up itself does not.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recipes } from "./cache.mjs";
import { runMain } from "./main.mjs";
import { runLogged } from "./process.mjs";

await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), "kafka-iot-sim-jars-"));
  try {
    const options = [
      `-DoutputDirectory=${folder}`,
      "-DincludeScope=runtime",
      "-Dmdep.useRepositoryLayout=true",
    ];
    const pom = ["--file", join(recipes, "kafka-jars", "pom.xml")];
    await runLogged("Kafka jars", "mvn", ["--quiet", ...pom, "dependency:copy-dependencies", ...options]);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const jars = files.filter((file) => file.endsWith(".jar")).sort();
    const hashes = jars.map((jar) => [
      jar,
      createHash("sha256")
        .update(readFileSync(join(folder, jar)))
        .digest("hex"),
    ]);
    const text = JSON.stringify(Object.fromEntries(hashes), null, 2);
    writeFileSync(join(recipes, "kafka-jars", "jars.json"), `${text}\n`);
    console.log(`Pinned ${jars.length} jars.`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
