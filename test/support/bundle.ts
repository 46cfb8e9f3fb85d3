import { buildSync } from "esbuild";

/** Bundles a program with all it depends on into one file, as the app image has apps. @returns the file */
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
