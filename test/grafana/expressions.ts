import { parser } from "@prometheus-io/lezer-promql";

/** An expression of PromQL, as far as it could be read. */
export interface ParsedExpression {
  /** The metrics that it selects, each once. */
  readonly metrics: readonly string[];
  /** Where it is no PromQL: what stands there, or an empty text where something is missing. */
  readonly errors: readonly string[];
}

/** Reads an expression with the grammar of Prometheus' own project. Grafana's variables are filled in by any of their values. */
export function parseExpression(source: string): ParsedExpression {
  const expression = source.replaceAll(/\$__\w+/g, "5m").replaceAll(/\$\w+/g, "dev");
  const metrics = new Set<string>();
  const errors: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, node, from, to }) => {
      if (type.isError) errors.push(expression.slice(from, to));
      if (type.name === "VectorSelector") {
        const name = node.getChild("Identifier");
        if (name !== null) metrics.add(expression.slice(name.from, name.to));
      }
    },
  });
  return { metrics: [...metrics], errors };
}

/** Writes an expression as Grafana sends it: with its variables' values. */
export function fillIn(source: string, stack: string): string {
  return source
    .replaceAll("$__rate_interval", "30s")
    .replaceAll("$__range", "10m")
    .replaceAll("$stack", stack);
}
