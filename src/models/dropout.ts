import { z } from "zod";
import type { Layer } from "./model.js";

/** Settings of every student. */
export const studentSettings = z.object({
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("share of the features before the last layer that each training step leaves out; 0 to below 1"),
});
export type StudentSettings = z.output<typeof studentSettings>;

/** The layers with dropout before the last one, which gives the logits. */
export function withDropout(layers: readonly Layer[], { dropout }: StudentSettings): readonly Layer[] {
  return dropout > 0 ? [...layers.slice(0, -1), { kind: "dropout", rate: dropout }, ...layers.slice(-1)] : layers;
}
