import { z } from "zod";
import { given, type Loss } from "./loss.js";
import { temperature, temperatureFactors, temperatureScaling } from "./settings.js";
import { crossEntropy, logSoftmax, softCrossEntropy } from "./softmax.js";

const settings = z
  .object({
    temperature,
    temperatureScaling,
    alpha: z.number().nonnegative().default(0.9).describe("α: weight of the soft term (teacher); >= 0"),
    beta: z.number().nonnegative().default(0.1).describe("β: weight of the hard term (labels); >= 0, not 0 with α"),
  })
  .refine(({ alpha, beta }) => alpha + beta > 0, { path: ["beta"], error: "> 0 where alpha is 0" });
type KdCeSettings = z.output<typeof settings>;

/**
 * The share α/(α+β) of the soft term, all that the loss depends on, rounded to 12 significant digits so that
 * (0.1, 0.1) and (0.3, 0.3), (0.9, 0.1) and (9, 1) are the same work to the last bit.
 */
export function softShare({ alpha, beta }: { readonly alpha: number; readonly beta: number }): number {
  return Number((alpha / (alpha + beta)).toPrecision(12));
}

/**
 * Soft and hard labels, weighted: (α·L_kd + β·L_ce)/(α+β), with L_kd = -Σ_c p_t^τ log p_s^τ and L_ce = -Σ_c y log p_s
 * at τ = 1; both summed over classes, mean over the batch. α is the weight of the *soft* term (the article, RepDistiller;
 * elsewhere it is the hard one). `temperatureScaling`: τ² on L_kd (`soft`), on both terms (`whole`) or on neither
 * (`none`, the article). Defaults: the article's α 0.9, β 0.1, τ 5. Hinton, Vinyals, Dean (2015).
 */
export const kdCe: Loss<KdCeSettings> = {
  name: "kd_ce",
  summary: "Weighted soft and hard labels: (α·KD + β·CE)/(α+β).",
  revision: 1,
  settings,
  canonical: (chosen) => ({
    temperature: chosen.temperature,
    temperatureScaling: chosen.temperature === 1 ? "none" : chosen.temperatureScaling,
    share: softShare(chosen),
  }),
  needs: "both",
  terms: (tf, { student, teacher, labels }, chosen) => {
    const share = softShare(chosen);
    const { soft, rest } = temperatureFactors(chosen);
    const kd = softCrossEntropy(tf, student, given(teacher, "teacher"), chosen.temperature);
    const ce = crossEntropy(tf, given(labels, "labels"), logSoftmax(tf, student));
    return { teacher: tf.mul(kd, share * soft), labels: tf.mul(ce, (1 - share) * rest) };
  },
};
