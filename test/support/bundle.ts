import { buildSync } from "esbuild";

/** Bundles a program with its dependencies into one file, as the app image contains apps. @returns the file */
export function bundleProgram(entryPoint: string, outfile: string): string {
  buildSync({
    entryPoints: [entryPoint],
    bundle: true,
    outfile,
    platform: "node",
    format: "cjs",
    target: "node24",
    logLevel: "error",
  });
  return outfile;
}
