import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { stateIdName } from "./preflight/state";

/**
 * The id of a Pulumi state, made with the stack and kept in it. Whatever is marked with it is made after it has been written down: a
 * state that was killed knows its own things again.
 */
export function stateId(): pulumi.Output<string> {
  // A value that only looks like a number would become one in a configuration.
  const input = `state-${randomBytes(8).toString("hex")}`;
  return new pulumi.Stash(stateIdName, { input }, { ignoreChanges: ["input"] })
    .output as pulumi.Output<string>;
}
