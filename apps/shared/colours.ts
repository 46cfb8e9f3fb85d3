import { createColors } from "picocolors";

export type Colours = ReturnType<typeof createColors>;

/** Whether to print colours: for a person at a terminal, elsewhere with `FORCE_COLOR`, never with `NO_COLOR`. */
export function wantsColours(environment: NodeJS.ProcessEnv, isTerminal: boolean | undefined): boolean {
  if (environment["NO_COLOR"]) return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  // Without a terminal, Node leaves isTTY undefined, and picocolors would then decide itself.
  return isTerminal === true && environment["TERM"] !== "dumb";
}

export function coloursFor(enabled: boolean): Colours {
  return createColors(enabled);
}
