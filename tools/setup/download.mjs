import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError, messageOf } from "./errors.mjs";
import { capture, findCommand } from "./process.mjs";

/** Node's fetch ignores proxy variables; curl obeys them. */
function needsCurl() {
  const proxy = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].some((name) => process.env[name]);
  return proxy && findCommand("curl") !== undefined;
}

/**
 * Whether an HTTP server answers there, with any status.
 *
 * @param {string} url
 * @param {number} timeoutMs
 */
export async function answers(url, timeoutMs) {
  if (needsCurl()) {
    const seconds = String(Math.ceil(timeoutMs / 1000));
    return (await capture("curl", ["-sS", "-o", "/dev/null", "-I", "-m", seconds, url])).code === 0;
  }
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Fetches a file into memory.
 *
 * @param {string} url
 * @returns {Promise<Buffer>}
 * @throws {SetupError} if it cannot be fetched
 */
export async function fetchBytes(url) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(url);
    } catch (error) {
      if (attempt === 3) throw new SetupError(`cannot fetch ${url}: ${messageOf(error)}`);
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    }
  }
}

/** @param {string} url */
async function fetchOnce(url) {
  if (needsCurl()) return fetchWithCurl(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** @param {string} url */
async function fetchWithCurl(url) {
  const folder = mkdtempSync(join(tmpdir(), "kafka-iot-sim-"));
  try {
    const result = await capture("curl", ["-fsSL", "-o", join(folder, "file"), url]);
    if (result.code !== 0) throw new Error(result.stderr.trim());
    return readFileSync(join(folder, "file"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Fetches a file whose hash is known beforehand.
 *
 * @param {string} url
 * @param {string} path where to put it
 * @param {string} sha256 in hexadecimal
 * @throws {SetupError} if it cannot be fetched or is not what was expected
 */
export async function download(url, path, sha256) {
  const bytes = await fetchBytes(url);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256)
    throw new SetupError(`${url} has SHA-256 ${found}, expected ${sha256}: not using it.`);
  writeFileSync(path, bytes);
}
