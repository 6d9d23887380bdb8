import { z } from "zod";
import { constant } from "./divergence.js";
import { given, type Loss } from "./loss.js";
import { crossEntropy, logSoftmax, squaredDistance } from "./softmax.js";

const settings = z.object({
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("α: weight of the hard term (labels); 1 - α is the weight of the squared difference of logits; 0 to 1"),
});
type CeMseSettings = z.output<typeof settings>;

/**
 * Hard labels and logits, interpolated: α·CE + (1-α)·||z_s - z_t||², the form of the paper from which the article's
 * `kd_mse` descends, with hard labels where that has soft ones, and the squared difference *summed* over classes where
 * that has its mean (C times as much for C classes). Mean over the batch; no temperature. α is the weight of the *hard*
 * term here, as in the paper, which found α = 0 best: at that it is C times `mse`. The default is `kd_mse`'s, so that the
 * two compare. Tang et al., "Distilling Task-Specific Knowledge from BERT into Simple Neural Networks" (2019).
 */
export const ceMse: Loss<CeMseSettings> = {
  name: "ce_mse",
  summary: "Cross-entropy and squared difference of logits: α·CE + (1-α)·SE, kd_mse as its paper has it.",
  revision: 1,
  settings,
  needs: "both",
  terms: (tf, { student, teacher, labels }, { alpha }) => {
    const distance = squaredDistance(tf, student, constant(tf, given(teacher, "teacher")));
    const ce = crossEntropy(tf, given(labels, "labels"), logSoftmax(tf, student));
    return { teacher: tf.mul(distance, (1 - alpha) * student.shape[1]), labels: tf.mul(ce, alpha) };
  },
};
