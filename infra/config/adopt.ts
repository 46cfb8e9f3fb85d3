import { z } from "zod";
import { unmarked } from "../model/spec";

const remedy = `write the id of a state that \`npm run plan\` names, such as state-0123456789abcdef, or ${unmarked}`;
const Mark = z.string(remedy).regex(/^(state-[0-9a-f]{16}|unmarked)$/, remedy);

/** Whose things a stack takes over: a state, or several. */
export const AdoptSpec = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(Mark, remedy),
);
