import * as pulumi from "@pulumi/pulumi";
import { readConfigValue } from "./value";

/** Reads the stack's configuration as JSON values by key. */
export function loadConfig(): Record<string, unknown> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), readConfigValue(value)]),
  );
}
