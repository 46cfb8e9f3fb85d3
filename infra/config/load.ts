import * as pulumi from "@pulumi/pulumi";

/**
 * Reads the stack's configuration as JSON values by key. `pulumi config set brokers 3` stores text and
 * `pulumi config set --path` stores JSON; both arrive here as text.
 */
export function loadConfig(): Record<string, unknown> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), readValue(value)]),
  );
}

function readValue(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
