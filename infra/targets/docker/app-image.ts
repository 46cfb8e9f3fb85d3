import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { appImageHash, prepareContext } from "../../app-image/bundle";

/** Relative to the project, where the provider runs, so that the state does not name this machine's directories. */
const contextDirectory = "dist/app-image";

/** The one image of all apps, built from this working copy; it goes with the stack. */
export class AppImage extends pulumi.ComponentResource {
  /** The engine's id of the image, `sha256:…`. */
  readonly imageId: pulumi.Output<string>;
  /** What images that are built on it call it. */
  readonly imageName: string;

  constructor(
    name: string,
    args: {
      readonly stack: string;
      readonly baseImage: string;
      /** Id of the base image: a new one makes a new app image. */
      readonly baseImageId: pulumi.Input<string>;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:images:AppImage", name, {}, opts);
    const hash = appImageHash();
    // A preview must leave nothing behind, and the provider reads the directory only when it builds.
    if (!pulumi.runtime.isDryRun()) prepareContext(contextDirectory, hash);
    this.imageName = `kafka-iot-sim/apps:${args.stack}-${hash}`;
    const image = new docker.RemoteImage(
      name,
      {
        name: this.imageName,
        build: {
          context: contextDirectory,
          dockerfile: "Dockerfile",
          buildArgs: { BASE_IMAGE: args.baseImage },
        },
        triggers: { baseImage: args.baseImageId },
      },
      { parent: this },
    );
    this.imageId = image.imageId;
    this.registerOutputs({ imageId: this.imageId });
  }
}
