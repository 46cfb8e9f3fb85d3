import { readFileSync } from "node:fs";
import { parseJson } from "./json.mjs";

/**
 * @typedef {"kafka" | "zookeeper" | "node" | "prometheus"} ImageRole
 * @typedef {object} Versions
 * @property {{ version: string, minimumMajor: number }} node
 * @property {{ cli: string, sdk: string, dockerProvider: string }} pulumi
 * @property {string} kafka
 * @property {{ official: Record<ImageRole, string>, local: Record<ImageRole, string> }} images
 * @property {{ suite: string, mirror: string }} debian
 * @property {{ minimum: string, version: string, sha256: Record<string, string> }} go
 * @property {string} maven base address of Maven Central
 * @property {{ minimum: string, packages: Record<string, string>, bench: Record<string, string> }} python
 * @property {{ packages: Record<string, { version: string, sha256: string[] }> }} spark
 */

const file = new URL("../versions.json", import.meta.url);

/** Every version that set-up, package.json and the documents share (tools/versions.json). @type {Versions} */
export const versions = parseJson(readFileSync(file, "utf8"));

/**
 * Compares two dotted versions number by number: negative if `a` is older, 0 if equal, positive if newer. A leading
 * "v" or "go" and anything after the numbers ("-rc1") is ignored; missing numbers count as 0.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
export function compareVersions(a, b) {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** @param {string} version */
function numbers(version) {
  const digits = /\d+(\.\d+)*/.exec(version)?.[0] ?? "0";
  return digits.split(".").map(Number);
}
