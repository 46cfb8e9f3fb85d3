import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { dockerLabels } from "./labels";

/** Makes a named volume of the stack; a new one takes its owner from the image's directory that it is mounted over. */
export function stackVolume(
  name: string,
  args: { readonly stack: string; readonly volume: string },
  opts: pulumi.CustomResourceOptions,
): docker.Volume {
  return new docker.Volume(
    name,
    {
      name: args.volume,
      labels: dockerLabels(args.stack),
    },
    { ...opts, deleteBeforeReplace: true },
  );
}
