import { z } from "zod";
import { reverseKlDivergence } from "./divergence.js";
import { given, type Loss } from "./loss.js";
import { scalingOfTeacherAlone } from "./scaling.js";
import { temperature, temperatureFactors, temperatureScaling } from "./settings.js";

const settings = z.object({ temperature, temperatureScaling });
type ReverseKlSettings = z.output<typeof settings>;

/**
 * KL(p_s^τ || p_t^τ) = Σ_c p_s (log p_s - log p_t), p^τ = softmax(z/τ): the student is punished for what the teacher
 * holds impossible, and may leave out what the teacher holds possible. Summed over classes, mean over the batch; no
 * labels. The sources have no τ²; here it is put by `temperatureScaling` as in `kd`, so that the two compare, and so is
 * the default of τ. Gu et al., "MiniLLM" (ICLR 2024); Ko et al., "DistiLLM" (ICML 2024), jongwooko/distillm.
 */
export const reverseKl: Loss<ReverseKlSettings> = {
  name: "reverse_kl",
  summary: "KL from the student to the teacher, the other way round than kd: no labels.",
  revision: 1,
  settings,
  canonical: (chosen) => ({
    temperature: chosen.temperature,
    temperatureScaling: scalingOfTeacherAlone(chosen),
  }),
  needs: "teacher",
  terms: (tf, { student, teacher }, chosen) => {
    const kl = reverseKlDivergence(tf, student, given(teacher, "teacher"), chosen.temperature);
    return { teacher: tf.mul(kl, temperatureFactors(chosen).soft) };
  },
};
