import type * as pulumi from "@pulumi/pulumi";
import { appCommand } from "../../app-image/bundle";
import { healthPath, metricsPort } from "../../../contract/metrics";
import type { Healthcheck, StackContainerArgs } from "./container";
import type { Owner } from "./labels";

/** What runs the containers of this project's own apps: their image, and where. */
export interface AppRuntime extends Owner {
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
}

/** The same for apps that need something done before they can start. */
export interface AppRuntimeAfter extends AppRuntime {
  readonly after: pulumi.Input<pulumi.Input<pulumi.Resource>[]> | pulumi.Input<pulumi.Resource>;
}

/** What is the same for the containers of all our apps; nothing in them can be written but `/tmp`. */
export function appContainer(
  runtime: AppRuntime,
  app: string,
): Pick<
  StackContainerArgs,
  "stack" | "mark" | "image" | "network" | "command" | "user" | "readOnlyRoot" | "tmpfs"
> {
  return {
    stack: runtime.stack,
    mark: runtime.mark,
    image: runtime.image,
    network: runtime.network,
    command: appCommand(app),
    user: "node",
    readOnlyRoot: true,
    tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
  };
}

/** What asks an app how it does, in bash alone: a Node for each question would take more than many an app. */
const askHealth =
  `exec 3<>/dev/tcp/127.0.0.1/${metricsPort} && printf 'GET ${healthPath} HTTP/1.0\\r\\n\\r\\n' >&3 && ` +
  'read -r _ status _ <&3 && [ "$status" = 200 ]';

/** An app that hangs takes the question and answers nothing: the engine would wait less long for the check, and leave it running. */
export const appHealthcheck: Healthcheck = {
  test: ["CMD", "timeout", "4", "bash", "-c", askHealth],
  startTimeoutSeconds: 90,
};
