import * as pulumi from "@pulumi/pulumi";
import { secretValue } from "../../contract/problems";
import { readConfigValue } from "./parse";

/** Pulumi exports it, but its types leave it out. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  readonly isConfigSecret: (key: string) => boolean;
};

/**
 * Reads the stack's configuration from Pulumi, as JSON values by key. Pulumi gives secrets as plain text; here each is replaced by
 * {@link secretValue}.
 */
export function loadConfig(): Record<string, unknown> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [
        key.slice(prefix.length),
        isConfigSecret(key) ? secretValue : readConfigValue(value),
      ]),
  );
}
