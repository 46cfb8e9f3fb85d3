import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { environmentLines } from "../../../contract/environment/variables";
import { containerName } from "../../model/names";
import type { Instance, LateValue, Probe, Workload } from "../../plan/workload";
import { dockerLabels, type Owner } from "./names";

/** Containers and volumes as the engine takes them: what a workload is, and what is the same for all containers of a stack. */

/** The things on the engine that a container is made with. */
export interface ContainerRuntime extends Owner {
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  /** Finds values that the plan cannot know. */
  readonly lateValue: (value: LateValue) => pulumi.Input<string>;
}

/** Volumes on the engine by their names within the stack. */
export type Volumes = Readonly<Record<string, pulumi.Input<string>>>;

/**
 * Makes a container that runs until it is stopped. It comes back by itself after a crash, and with the next
 * `pulumi up` after it was killed or removed by hand.
 */
export function longRunningContainer(
  workload: Instance,
  runtime: ContainerRuntime,
  volumes: Volumes,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const { name, image, ready, stopGraceSeconds } = workload;
  return new docker.Container(
    name,
    {
      ...commonArgs(workload, runtime, volumes),
      restart: "unless-stopped",
      mustRun: true,
      ...(ready && {
        healthcheck: {
          tests: healthcheckOf(ready.probe, image),
          // The provider looks once a second: a check that ends just before a full second is seen at once. It writes
          // durations as Go does, and anything else (1800ms) would be a difference at every `up`.
          interval: "1.8s",
          timeout: "5s",
          retries: 15,
          startPeriod: "0s",
        },
        wait: true,
        waitTimeout: ready.startTimeoutSeconds,
      }),
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
  workload: Instance,
  runtime: ContainerRuntime,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  return new docker.Container(
    workload.name,
    { ...commonArgs(workload, runtime, {}), restart: "no", mustRun: false, attach: true, logs: true },
    { ...opts, deleteBeforeReplace: true, ignoreChanges: [...unchangeable] },
  );
}

/** A container of an earlier version has no mark, and need not be replaced for it. */
const unchangeable = ["labels"];

function commonArgs(workload: Instance, runtime: ContainerRuntime, volumes: Volumes): docker.ContainerArgs {
  const { name, command, ports, sharedName, announcesHostName, user, readOnlyRoot, scratch } = workload;
  const container = containerName(runtime.stack, name);
  const published = ports.flatMap(({ port, hostPort }) =>
    hostPort === undefined ? [] : [{ internal: port, external: hostPort, ip: "127.0.0.1", protocol: "tcp" }],
  );
  return {
    name: container,
    image: runtime.image,
    ...(command && { command: [...command] }),
    envs: environmentOf(workload, runtime),
    labels: dockerLabels(runtime, workload.role),
    ...(sharedName === undefined
      ? { networkMode: runtime.network }
      : { networksAdvanced: [{ name: runtime.network, aliases: [sharedName] }] }),
    // The engine makes up a host name otherwise.
    ...(announcesHostName === true && { hostname: container }),
    ...(published.length > 0 && { ports: published }),
    ...(workload.volumes.length > 0 && { volumes: mountsOf(workload, volumes) }),
    user,
    readOnly: readOnlyRoot,
    tmpfs: Object.fromEntries(
      scratch.map(({ path, megabytes }) => [path, `rw,noexec,nosuid,size=${megabytes}m`]),
    ),
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: workload.memoryMegabytes,
    // Left out, the engine makes it twice the memory, and every `up` would see a difference.
    memorySwap: workload.memoryMegabytes,
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
  };
}

/** `NAME=value` lines, sorted: the provider compares them in order. */
function environmentOf(
  { environment, lateEnvironment }: Instance,
  { lateValue }: ContainerRuntime,
): pulumi.Input<string[]> {
  if (lateEnvironment === undefined) return environmentLines(environment);
  const late = Object.entries(lateEnvironment).map(([name, value]) => [name, lateValue(value)] as const);
  return pulumi
    .output(Object.fromEntries(late))
    .apply((values) => environmentLines({ ...environment, ...values }));
}

function mountsOf(workload: Pick<Workload, "name" | "volumes">, volumes: Volumes) {
  return workload.volumes.map(({ name, path, readOnly }) => {
    const volume = volumes[name];
    if (volume === undefined) throw new Error(`${workload.name} needs volume ${name}, which was not made`);
    return { volumeName: volume, containerPath: path, ...(readOnly === true && { readOnly }) };
  });
}

/** The command by which the engine asks a container. It runs inside the container, so it may use only what the image has. */
function healthcheckOf(probe: Probe, image: Workload["image"]): string[] {
  if ("command" in probe) return ["CMD", ...probe.command];
  if ("tcp" in probe) return ["CMD", "bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${probe.tcp.port}`];
  const { port, path } = probe.http;
  // Any query is answered while Prometheus works. Some variants of its image have no shell; all have this program.
  if (image === "prometheus")
    return ["CMD", "/bin/promtool", "query", "instant", `http://localhost:${port}`, "1"];
  // In bash alone: a Node for each question would take more than many an app. An app that hangs accepts the question and answers
  // nothing; if the check outlasted the engine's own timeout, the engine would leave it running.
  const ask =
    `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3 && ` +
    'read -r _ status _ <&3 && [ "$status" = 200 ]';
  return ["CMD", "timeout", "4", "bash", "-c", ask];
}

/**
 * Makes the volumes of a workload, each with its name within the stack as its resource's name.
 * @returns their names on the engine, known once they exist.
 */
export function workloadVolumes(
  { volumes }: Pick<Workload, "volumes">,
  owner: Owner,
  parent: pulumi.Resource,
): Volumes {
  return Object.fromEntries(
    volumes.map(({ name }) => [name, stackVolume(name, owner, name, { parent }).name]),
  );
}

/**
 * Makes a named volume of the stack; a new one takes its owner from the image's directory that it is mounted over. It is never replaced:
 * nothing about a volume is worth the data in it.
 * @param volume the volume's name within the stack.
 */
export function stackVolume(
  name: string,
  owner: Owner,
  volume: string,
  opts: pulumi.CustomResourceOptions,
): docker.Volume {
  return new docker.Volume(
    name,
    { name: containerName(owner.stack, volume), labels: dockerLabels(owner) },
    { ...opts, deleteBeforeReplace: true, ignoreChanges: ["name", "driver", "driverOpts", "labels"] },
  );
}
