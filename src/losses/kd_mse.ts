import { z } from "zod";
import { given, type Loss } from "./loss.js";
import { temperature, temperatureFactors, temperatureScaling } from "./settings.js";
import { softCrossEntropy, squaredDistance } from "./softmax.js";

const settings = z.object({
  temperature,
  temperatureScaling,
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("α: weight of the soft term; 1 - α is the weight of the squared difference of logits; 0 to 1"),
});
type KdMseSettings = z.output<typeof settings>;

/**
 * Soft labels and logits, interpolated: α·L_kd + (1-α)·L_mse, the article's form after Tang et al., "Distilling
 * Task-Specific Knowledge from BERT into Simple Neural Networks" (2019), whose own formula has hard labels in place of
 * L_kd. L_kd = -Σ_c p_t^τ log p_s^τ, summed over classes; L_mse the mean over classes of (z_s - z_t)²; both means over
 * the batch. `temperatureScaling`: τ² on L_kd (`soft`), on both terms (`whole`) or on neither (`none`, the article).
 */
export const kdMse: Loss<KdMseSettings> = {
  name: "kd_mse",
  summary: "Soft cross-entropy and squared difference of logits: α·KD + (1-α)·MSE.",
  revision: 1,
  settings,
  canonical: (chosen) => ({
    ...chosen,
    temperatureScaling: chosen.temperature === 1 ? "none" : chosen.temperatureScaling,
  }),
  needs: "teacher",
  terms: (tf, { student, teacher }, chosen) => {
    const target = given(teacher, "teacher");
    const { soft, rest } = temperatureFactors(chosen);
    const kd = softCrossEntropy(tf, student, target, chosen.temperature);
    const distance = squaredDistance(tf, student, target);
    return { teacher: tf.add(tf.mul(kd, chosen.alpha * soft), tf.mul(distance, (1 - chosen.alpha) * rest)) };
  },
};
