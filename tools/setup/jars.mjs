import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { publish, recipeHash, recipes } from "./cache.mjs";
import { download } from "./download.mjs";
import { cacheDirectory } from "./environment.mjs";
import { parseJson } from "./json.mjs";
import { versions } from "./versions.mjs";

const list = join(recipes, "kafka-jars", "jars.json");
const atOnce = 8;

/** Kafka's jars from Maven Central, each checked against its pinned SHA-256. @returns {Promise<string>} their folder */
export async function ensureJars() {
  const folder = join(cacheDirectory(), `kafka-${versions.kafka}-${recipeHash([list])}`);
  if (existsSync(folder)) return folder;
  /** @type {Record<string, string>} */
  const jars = parseJson(readFileSync(list, "utf8"));
  await publish(folder, async (temporary) => {
    mkdirSync(temporary, { recursive: true });
    const waiting = Object.entries(jars);
    const worker = async () => {
      for (let jar = waiting.pop(); jar !== undefined; jar = waiting.pop()) {
        const [path, sha256] = jar;
        await download(`${versions.maven}/${path}`, join(temporary, basename(path)), sha256);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  });
  return folder;
}
