import { createColors } from "picocolors";

export type Colours = ReturnType<typeof createColors>;

/** Colours are for a person at a terminal; `FORCE_COLOR` asks for them elsewhere, `NO_COLOR` refuses them. */
export function wantsColours(environment: NodeJS.ProcessEnv, isTerminal: boolean | undefined): boolean {
  if (environment["NO_COLOR"]) return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  // Node leaves isTTY undefined where there is no terminal, and picocolors would take that for its own choice.
  return isTerminal === true && environment["TERM"] !== "dumb";
}

export function coloursFor(enabled: boolean): Colours {
  return createColors(enabled);
}
