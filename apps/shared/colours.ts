import { createColors } from "picocolors";

export type Colours = ReturnType<typeof createColors>;

/** Colours are for a person at a terminal; `FORCE_COLOR` asks for them elsewhere, `NO_COLOR` refuses them. */
export function wantsColours(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (environment["NO_COLOR"]) return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}

export function coloursFor(enabled: boolean): Colours {
  return createColors(enabled);
}
