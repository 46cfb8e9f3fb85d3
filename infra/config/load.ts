import * as pulumi from "@pulumi/pulumi";
import { secretValue } from "../../contract/problems";
import { readConfigValue } from "./value";

/** Exported by Pulumi, and left out of its types. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  readonly isConfigSecret: (key: string) => boolean;
};

/** Reads the stack's configuration as JSON values by key; secrets, which the program gets as plain text, are left out of it. */
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
