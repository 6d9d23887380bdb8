import { z } from "zod";
import type { Component } from "../../trial/component.js";

const settings = z.object({
  model: z
    .string()
    .min(1)
    .describe("model.json of a TensorFlow.js LayersModel or GraphModel, its weight files beside it; it is not trained"),
  input: z
    .enum(["zero_one", "minus_one_one", "zero_255"])
    .default("zero_one")
    .describe("the colours that it takes: from 0 to 1, from -1 to 1, or from 0 to 255"),
  outputs: z
    .enum(["logits", "probabilities"])
    .default("logits")
    .describe("what it gives for each class; of probabilities the logarithms are taken"),
});
export type SavedModelSettings = z.output<typeof settings>;

/** A teacher that was trained elsewhere and is loaded from its files. */
export interface SavedModelBackbone extends Component<SavedModelSettings> {
  readonly kind: "saved";
}

/** A model that TensorFlow.js saved, or that was converted to its format from Keras. */
export const savedModel: SavedModelBackbone = {
  kind: "saved",
  name: "model",
  summary: "A TensorFlow.js model that was trained elsewhere (teacher.model).",
  revision: 1,
  settings,
  contentSettings: ["model"],
  impliedBy: "model",
};
