import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../../model/names";
import { dockerLabels, type Owner } from "./labels";

/** How the engine finds out that a container does its work. */
export interface Healthcheck {
  /** A cheap command that ends with 0 if the container is healthy; it must not start a JVM or Node. */
  readonly test: readonly string[];
  /** The longest that `pulumi up` waits for the container to become healthy, in seconds. */
  readonly startTimeoutSeconds: number;
}

/** A volume in a container. */
export interface Mount {
  readonly volume: pulumi.Input<string>;
  readonly path: string;
  /** The container cannot write to it. */
  readonly readOnly?: boolean;
}

/** What a container of a stack is made from; the rest is the same for all of them. */
export interface StackContainerArgs extends Owner {
  readonly role: Role;
  readonly container: string;
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  /** Names that others find it by in the network, beside the container's own; several containers may have the same. */
  readonly aliases?: readonly string[];
  /** What it takes itself for; a name made by the engine if left out. */
  readonly hostName?: string;
  readonly user: string;
  readonly command?: readonly string[];
  /** `NAME=value` lines, sorted: the provider compares them in order. */
  readonly environment: pulumi.Input<string[]>;
  readonly memoryMegabytes: number;
  /** Writable directories in memory, with mount options; needed wherever the root is read-only. */
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly volumes?: readonly Mount[];
  readonly readOnlyRoot: boolean;
  readonly port?: { readonly container: number; readonly host: number };
}

/**
 * Makes a container that runs until it is stopped. It comes back by itself after a crash, and with the next
 * `pulumi up` after it was killed or removed by hand.
 */
export function longRunningContainer(
  name: string,
  args: StackContainerArgs & { readonly healthcheck: Healthcheck; readonly stopGraceSeconds: number },
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const { healthcheck, stopGraceSeconds } = args;
  return new docker.Container(
    name,
    {
      ...commonArgs(args),
      restart: "unless-stopped",
      mustRun: true,
      healthcheck: {
        tests: [...healthcheck.test],
        // The provider looks once a second: a check that ends just before a full second is seen at once. It writes
        // durations as Go does, and anything else (1800ms) would be a difference at every `up`.
        interval: "1.8s",
        timeout: "5s",
        retries: 15,
        startPeriod: "0s",
      },
      wait: true,
      waitTimeout: healthcheck.startTimeoutSeconds,
      // The provider kills at once without it.
      destroyGraceSeconds: stopGraceSeconds,
      stopTimeout: stopGraceSeconds,
    },
    {
      ...opts,
      // Both have one name, so the old container must go before the new one can be made.
      deleteBeforeReplace: true,
      ignoreChanges: [...unchangeable],
      // A refresh shows a container that has ended as one that need not run. The provider would start it again without
      // waiting until it is healthy; a new one is waited for.
      replaceOnChanges: ["mustRun"],
    },
  );
}

/** Makes a container that runs once, to its end, within `pulumi up`; its exit code and its output are outputs. */
export function oneShotContainer(
  name: string,
  args: StackContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  return new docker.Container(
    name,
    { ...commonArgs(args), restart: "no", mustRun: false, attach: true, logs: true },
    { ...opts, deleteBeforeReplace: true, ignoreChanges: [...unchangeable] },
  );
}

/** A container of an earlier version has no mark, and need not be replaced for it. */
const unchangeable = ["labels"];

function commonArgs(args: StackContainerArgs): docker.ContainerArgs {
  return {
    name: args.container,
    image: args.image,
    ...(args.command && { command: [...args.command] }),
    envs: args.environment,
    labels: dockerLabels(args, args.role),
    ...(args.aliases === undefined
      ? { networkMode: args.network }
      : { networksAdvanced: [{ name: args.network, aliases: [...args.aliases] }] }),
    ...(args.hostName !== undefined && { hostname: args.hostName }),
    ...(args.port && {
      ports: [{ internal: args.port.container, external: args.port.host, ip: "127.0.0.1", protocol: "tcp" }],
    }),
    ...(args.volumes && {
      volumes: args.volumes.map(({ volume, path, readOnly }) => ({
        volumeName: volume,
        containerPath: path,
        ...(readOnly === true && { readOnly }),
      })),
    }),
    user: args.user,
    readOnly: args.readOnlyRoot,
    tmpfs: { ...args.tmpfs },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: args.memoryMegabytes,
    // Left out, the engine makes it twice the memory, and every `up` would see a difference.
    memorySwap: args.memoryMegabytes,
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
  };
}
