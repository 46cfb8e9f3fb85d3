import type * as pulumi from "@pulumi/pulumi";
import { appCommand } from "../app-image/bundle";
import { healthFile } from "../plan/apps";
import type { Healthcheck, StackContainerArgs } from "./container";

/** What runs the containers of this project's own apps: their image, and where. */
export interface AppRuntime {
  readonly stack: string;
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
): Pick<StackContainerArgs, "stack" | "image" | "network" | "command" | "user" | "readOnlyRoot" | "tmpfs"> {
  return {
    stack: runtime.stack,
    image: runtime.image,
    network: runtime.network,
    command: appCommand(app),
    user: "node",
    readOnlyRoot: true,
    tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
  };
}

/** An app touches its health file every second while it does its work. */
export const appHealthcheck: Healthcheck = {
  test: ["CMD-SHELL", `find ${healthFile} -mmin -0.25 | grep -q .`],
  startTimeoutSeconds: 90,
};
