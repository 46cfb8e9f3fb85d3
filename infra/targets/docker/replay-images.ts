import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { replayMountPath } from "../../../contract/environment/device";
import { projectDirectory } from "../../app-image/bundle";
import { type BuildContext, contextHash, writeContext } from "../../app-image/context";
import type { WorkloadFile } from "../../plan/workload";

/** The app image as its builds find it. */
export interface BuiltImage {
  readonly imageName: string;
  /** The engine's id of it. */
  readonly imageId: pulumi.Output<string>;
}

/** Images for devices that replay files: the app image with those files in it, one for each set of files. */
export class ReplayImages extends pulumi.ComponentResource {
  private readonly idByHash = new Map<string, pulumi.Output<string>>();

  constructor(
    name: string,
    private readonly args: { readonly stack: string; readonly app: BuiltImage },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:images:ReplayImages", name, {}, opts);
    this.registerOutputs({});
  }

  /** The id of the image that has these files; undefined if there are none. */
  imageWith(files: readonly WorkloadFile[]): pulumi.Output<string> | undefined {
    if (files.length === 0) return undefined;
    const context = replayContext(files);
    const hash = contextHash(context);
    const image = this.idByHash.get(hash) ?? this.build(hash, context);
    this.idByHash.set(hash, image);
    return image;
  }

  private build(hash: string, context: BuildContext): pulumi.Output<string> {
    const { stack, app } = this.args;
    // Relative to the project, where the provider runs, so that the state does not name this machine's directories.
    const directory = `dist/replay-image/${hash}`;
    // A preview must leave nothing behind.
    if (!pulumi.runtime.isDryRun()) writeContext(join(projectDirectory, directory), context);
    const image = new docker.RemoteImage(
      `replay-image-${hash}`,
      {
        // Another app image makes another name: what was replaced is removed by its name, which must not be that of the new one.
        name: app.imageId.apply((id) => `kafka-iot-sim/replay:${stack}-${hash}-${hashOf(app.imageName, id)}`),
        build: { context: directory, dockerfile: "Dockerfile", buildArgs: { BASE_IMAGE: app.imageName } },
      },
      { parent: this },
    );
    return image.imageId;
  }
}

/** The app image with files to replay in it; they are named by their content, so that other files are another image. */
const dockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE}
COPY *.csv ${replayMountPath}/
`;

function replayContext(files: readonly WorkloadFile[]): BuildContext {
  return new Map([
    ["Dockerfile", Buffer.from(dockerfile)],
    ...files.map(({ path, content }) => [basename(path), Buffer.from(content)] as const),
  ]);
}

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 12);
}
