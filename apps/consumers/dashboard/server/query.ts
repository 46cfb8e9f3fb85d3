import { z } from "zod";
import { maxNameLength, views } from "../../../../contract/frames/frames";

/** What a page asks for. Parts that a view does not use are left out, so that pages that look at the same are asked for once. */
export const StreamQuery = z
  .object({
    view: z.enum(views, `set view to one of: ${views.join(", ")}`).default("overview"),
    search: z
      .string("set search once")
      .max(maxNameLength, `set search to at most ${maxNameLength} characters`)
      .default(""),
    page: z
      .string("set page once")
      .regex(/^\d{1,6}$/, "set page to a whole number from 0")
      .default("0")
      .transform(Number),
    device: z
      .string("set device once")
      .max(maxNameLength, `set device to at most ${maxNameLength} characters`)
      .default(""),
  })
  .transform(({ view, search, page, device }) => {
    if (view === "overview" || view === "lake") return { view };
    return view === "device" ? { view, device } : { view, search, page };
  });
export type StreamQuery = z.output<typeof StreamQuery>;
