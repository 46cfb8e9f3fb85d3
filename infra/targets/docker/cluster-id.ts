import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { clusterIdName } from "./preflight/state";

/**
 * The id of a stack's KRaft cluster, made with the stack and kept in its state: a node whose storage is of another one does not start.
 * @param existing that of a cluster whose volumes are taken over.
 */
export function clusterId(existing: string | undefined): pulumi.Output<string> {
  const input = existing ?? newClusterId();
  const stash = new pulumi.Stash(clusterIdName, { input }, { ignoreChanges: ["input"] });
  return stash.output as pulumi.Output<string>;
}

/** A new id as Kafka writes them: 16 bytes in base64 for URLs, not beginning like an option (org.apache.kafka.common.Uuid). */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}
