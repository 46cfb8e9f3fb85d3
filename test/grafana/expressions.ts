import { parser } from "@prometheus-io/lezer-promql";

/** A parsed PromQL expression. */
export interface ParsedExpression {
  /** The metrics that it selects, each once. */
  readonly metrics: readonly string[];
  /** The texts at syntax errors; an empty text where something is missing. */
  readonly errors: readonly string[];
}

/** Parses an expression with the grammar of the Prometheus project. Grafana's variables are replaced by one of their values. */
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

/** Replaces variables by values, as Grafana does before it sends an expression. */
export function fillIn(source: string, stack: string): string {
  return source
    .replaceAll("$__rate_interval", "30s")
    .replaceAll("$__range", "10m")
    .replaceAll("$stack", stack);
}
