import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ReplayFile } from "../../model/spec";
import { prepareReplayContext, replayHash } from "../../replay-image/context";
import type { AppRuntime } from "./app-container";

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

  /** What runs containers that need these files: the image that has them, the app image itself if there are none. */
  runtimeWith<Runtime extends AppRuntime>(runtime: Runtime, files: readonly ReplayFile[]): Runtime {
    if (files.length === 0) return runtime;
    const hash = replayHash(files);
    const image = this.idByHash.get(hash) ?? this.build(hash, files);
    this.idByHash.set(hash, image);
    return { ...runtime, image };
  }

  private build(hash: string, files: readonly ReplayFile[]): pulumi.Output<string> {
    const { stack, app } = this.args;
    // Relative to the project, as the app image's; a preview leaves nothing behind.
    const directory = `dist/replay-image/${hash}`;
    if (!pulumi.runtime.isDryRun()) prepareReplayContext(directory, files);
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

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 12);
}
