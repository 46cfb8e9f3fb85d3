import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { publish, recipeHash, recipes } from "./cache.mjs";
import { download } from "./download.mjs";
import { cacheDirectory } from "./environment.mjs";
import { parseJson } from "./json.mjs";
import { versions } from "./versions.mjs";

const list = join(recipes, "kafka-jars", "jars.json");
const atOnce = 8;

/** Kafka's jars. @returns {Promise<string>} their folder */
export async function ensureJars() {
  const folder = join(cacheDirectory(), `kafka-${versions.kafka}-${recipeHash([list])}`);
  if (!existsSync(folder)) await publish(folder, (temporary) => downloadJars(list, temporary));
  return folder;
}

/**
 * Fetches jars from Maven Central, each checked against its pinned SHA-256.
 *
 * @param {string} list a JSON file: SHA-256 by path
 * @param {string} folder to put them into, made here
 */
export async function downloadJars(list, folder) {
  /** @type {Record<string, string>} */
  const jars = parseJson(readFileSync(list, "utf8"));
  mkdirSync(folder, { recursive: true });
  const waiting = Object.entries(jars);
  const worker = async () => {
    for (let jar = waiting.pop(); jar !== undefined; jar = waiting.pop()) {
      const [path, sha256] = jar;
      await download(`${versions.maven}/${path}`, join(folder, basename(path)), sha256);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
