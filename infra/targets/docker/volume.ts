import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { dockerLabels, type Owner } from "./labels";

/**
 * Makes a named volume of the stack; a new one takes its owner from the image's directory that it is mounted over. It is never replaced:
 * nothing about a volume is worth the data in it.
 */
export function stackVolume(
  name: string,
  args: Owner & { readonly volume: string },
  opts: pulumi.CustomResourceOptions,
): docker.Volume {
  return new docker.Volume(
    name,
    {
      name: args.volume,
      labels: dockerLabels(args),
    },
    { ...opts, deleteBeforeReplace: true, ignoreChanges: ["name", "driver", "driverOpts", "labels"] },
  );
}
