/** The longest line; a longer value is spread over several lines. */
const widest = 100;

/** Writes a value as YAML like a person would: on one line if it fits, otherwise with a line for each part. */
export function yaml(value: unknown, indent = 0): string {
  const pad = " ".repeat(indent);
  if (Array.isArray(value))
    return value.map((item: unknown) => `${pad}- ${yaml(item, indent + 2).trimStart()}`).join("\n");
  if (typeof value !== "object" || value === null) return pad + flow(value);
  const lines = Object.entries(value).map(([key, part]: [string, unknown]) => {
    const line = `${pad}${flow(key)}: ${flow(part)}`;
    const isWhole = typeof part !== "object" || line.length <= widest;
    return isWhole ? line : `${pad}${flow(key)}:\n${spread(part, indent + 2)}`;
  });
  return lines.join("\n");
}

/** Writes the parts of a value, each on one line if it fits. */
function spread(value: unknown, indent: number): string {
  if (!Array.isArray(value)) return yaml(value, indent);
  const pad = " ".repeat(indent);
  return value
    .map((item: unknown) => {
      const line = `${pad}- ${flow(item)}`;
      return line.length <= widest ? line : `${pad}- ${yaml(item, indent + 2).trimStart()}`;
    })
    .join("\n");
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(
      ([key, part]: [string, unknown]) => `${flow(key)}: ${flow(part)}`,
    );
    return `{ ${parts.join(", ")} }`;
  }
  return typeof value === "string" && !isPlain(value) ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return text.includes('"') && !text.includes("'") ? `'${text}'` : JSON.stringify(text);
}

/** Words that some readers of YAML take for booleans or null. */
const words = /^(?:y|yes|n|no|true|false|on|off|null)$/i;
const plain = /^[\p{L}°%][\p{L}\p{N}_°%./ -]*$/u;
const durations = /^\d+(?:ms|[smhd])$/;

function isPlain(text: string): boolean {
  return (plain.test(text) && !words.test(text)) || durations.test(text);
}
