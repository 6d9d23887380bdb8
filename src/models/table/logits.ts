import { z } from "zod";
import type { Component } from "../../trial/component.js";

const settings = z.object({
  logits: z
    .string()
    .min(1)
    .describe(
      "file of the teacher's logits of every image: .csv (path and a column per class), or .npy with the paths in a .txt beside it",
    ),
});
export type TableSettings = z.output<typeof settings>;

/** A teacher whose logits stand in a file: nothing is trained, and no augmented view can be answered. */
export interface TableBackbone extends Component<TableSettings> {
  readonly kind: "table";
  readonly answersViews: false;
}

/** Logits that any other program computed, looked up by the images' paths. */
export const logitTable: TableBackbone = {
  kind: "table",
  name: "logits",
  summary: "Logits that another program computed, from a file (teacher.logits).",
  revision: 1,
  settings,
  contentSettings: ["logits"],
  impliedBy: "logits",
  answersViews: false,
};
