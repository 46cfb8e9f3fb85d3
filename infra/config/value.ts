import { parseJson } from "../../contract/values/json";

/** Reads a value of Pulumi's configuration: `pulumi config set brokers 3` stores text, `--path` and lists JSON, all of it as text. */
export function readConfigValue(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
