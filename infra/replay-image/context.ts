import { join } from "node:path";
import { replayMountPath } from "../../contract/environment/device";
import { projectDirectory } from "../app-image/bundle";
import { type BuildContext, contextHash, writeContext } from "../app-image/context";
import type { ReplayFile } from "../model/spec";

/** The app image with files to replay in it; they are named by their content, so that other files are another image. */
const dockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE}
COPY *.csv ${replayMountPath}/
`;

/** A short hash of a set of files; the order does not matter. */
export function replayHash(files: readonly ReplayFile[]): string {
  return contextHash(contextOf(files));
}

/** Makes a directory of the project hold what an image with these files is built from. */
export function prepareReplayContext(directory: string, files: readonly ReplayFile[]): void {
  writeContext(join(projectDirectory, directory), contextOf(files));
}

function contextOf(files: readonly ReplayFile[]): BuildContext {
  const contents = files.map(({ name, content }) => [name, Buffer.from(content)] as const);
  return new Map([["Dockerfile", Buffer.from(dockerfile)], ...contents]);
}
