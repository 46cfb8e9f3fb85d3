import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleApps } from "../../infra/app-image/bundle";

/** Bundles the apps as their image has them. @returns the file of one app: `lake.js` of `lake` */
export async function bundledApp(directory: string, app: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const [name, contents] of bundleApps()) await writeFile(join(directory, name), contents);
  return join(directory, `${app}.js`);
}
