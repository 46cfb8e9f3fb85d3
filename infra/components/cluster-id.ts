import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** The id of a stack's KRaft cluster, made with the stack and kept in its state: a node whose storage is of another one does not start. */
export function clusterId(name: string): pulumi.Output<string> {
  const stash = new pulumi.Stash(name, { input: newClusterId() }, { ignoreChanges: ["input"] });
  return stash.output as pulumi.Output<string>;
}

/** A new id as Kafka writes them: 16 bytes in base64 for URLs, not beginning like an option (org.apache.kafka.common.Uuid). */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}
