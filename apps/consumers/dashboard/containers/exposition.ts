/** A sample of Prometheus' text format. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples by their names; those of a histogram end with `_bucket`, `_sum` and `_count`. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/s;
const label = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)",?/gs;
const escapes: Readonly<Record<string, string>> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/** Reads Prometheus' text format (exposition formats, version 0.0.4); other lines are ignored. */
export function parseExposition(text: string): Samples {
  const samples = new Map<string, Sample[]>();
  for (const written of text.split("\n")) {
    const [, name, labels = "", value = ""] = line.exec(written) ?? [];
    if (name === undefined) continue;
    const sample = { labels: parseLabels(labels), value: numberOf(value) };
    const others = samples.get(name);
    if (others === undefined) samples.set(name, [sample]);
    else others.push(sample);
  }
  return samples;
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(label)].map(([, name = "", value = ""]) => [
      name,
      value.replace(/\\[n"\\]/g, (escaped) => escapes[escaped] ?? escaped),
    ]),
  );
}

function numberOf(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

/** The sum of all samples of a name; 0 if there is none. */
export function sumOf(samples: Samples | undefined, name: string): number {
  return samples?.get(name)?.reduce((sum, { value }) => sum + value, 0) ?? 0;
}
