// Writes infra/config/kafka-properties/broker-properties.json from Kafka's own description of its broker properties:
//
//   docker run --rm kafka-iot-sim/kafka:3.9.2 kafka-run-class kafka.server.KafkaConfig >3.9.2.html
//   java -cp 'jars/*' kafka.server.KafkaConfig >4.4.0.html     (jars: org.apache.kafka:kafka_2.13:4.4.0 and its dependencies)
//   npx tsx tools/plan/update-broker-properties.ts 3.9.2.html 4.4.0.html
//
// The text of a property is its type and its valid values, as Kafka writes them: one text if both versions agree.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/environment.mjs";
import { UsageError } from "../setup/errors.mjs";
import { runMain } from "../setup/main.mjs";

void runMain(() => {
  const [three, four] = process.argv.slice(2).map((path) => ({ path, rules: readRules(path) }));
  if (three === undefined || four === undefined)
    throw new UsageError("Give the HTML of Kafka 3.9 and that of Kafka 4.");

  const names = [...new Set([...three.rules.keys(), ...four.rules.keys()])].sort();
  const properties = names.map((name) => {
    const [rule3, rule4] = [three.rules.get(name), four.rules.get(name)];
    return [name, rule3 === rule4 ? rule3 : { 3: rule3, 4: rule4 }];
  });
  const content = {
    from: "kafka.server.KafkaConfig of Kafka 3.9.2 and 4.4.0, by tools/plan/update-broker-properties.ts",
    properties: Object.fromEntries(properties) as unknown,
  };
  writeFileSync(
    join(root, "infra/config/kafka-properties/broker-properties.json"),
    `${JSON.stringify(content, null, 2)}\n`,
  );
  console.log(`${names.length} properties`);
  return Promise.resolve(0);
});

/** The rule of each property, by its name. */
function readRules(path: string): Map<string, string> {
  const html = readFileSync(path, "utf8");
  const entries = html.matchAll(/<h4><a id="([^"]+)">.*?<table><tbody>(.*?)<\/tbody>/gs);
  return new Map(
    [...entries].map(([, name = "", table = ""]) => {
      const cell = (heading: string) =>
        new RegExp(`<tr><th>${heading}:</th><td>(.*?)</td></tr>`, "s").exec(table)?.[1]?.trim() ?? "";
      const valid = cell("Valid Values");
      // Some properties have a sentence here instead of values.
      return [name, `${cell("Type")} ${valid.startsWith("[") ? valid : ""}`.trim()];
    }),
  );
}
