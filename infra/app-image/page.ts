import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** The dashboard's page in the app image, beside the apps: the server finds it as `page` in its own directory. */
export const pageDirectory = "page";

const pageSources = "apps/consumers/dashboard/page";

/**
 * Builds the dashboard's page: content by path under {@link pageDirectory}. Vite builds only asynchronously, and a component's
 * constructor cannot wait for that. A process of its own can be waited for, and keeps Vite's threads out of the program.
 *
 * @throws Error with Vite's message about the page
 */
export function buildPage(projectDirectory: string): Map<string, Uint8Array> {
  const output = mkdtempSync(join(tmpdir(), "kafka-iot-sim-page-"));
  try {
    const vite = join(dirname(require.resolve("vite/package.json")), "bin", "vite.js");
    const options = ["--outDir", output, "--emptyOutDir", "--configLoader", "native", "--logLevel", "error"];
    execFileSync(process.execPath, [vite, "build", pageSources, ...options], {
      cwd: projectDirectory,
      // Not the environment of this process: it has Pulumi's or vitest's settings of Node, and another NODE_ENV.
      env: { PATH: process.env["PATH"], NODE_ENV: "production" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    return readTree(output);
  } catch (error) {
    const said = (error as { stderr?: Uint8Array }).stderr;
    if (said === undefined) throw error;
    throw new Error(`The dashboard's page cannot be built from ${pageSources}:\n${String(said).trim()}`, {
      cause: error,
    });
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function readTree(directory: string): Map<string, Uint8Array> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        `${pageDirectory}/${relative(directory, path).replaceAll("\\", "/")}`,
        readFileSync(path),
      ]),
  );
}
