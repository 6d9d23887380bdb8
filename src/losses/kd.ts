import { z } from "zod";
import { given, type Loss } from "./loss.js";
import { scalingOfTeacherAlone } from "./scaling.js";
import { temperature, temperatureFactors, temperatureScaling } from "./settings.js";
import { softCrossEntropy } from "./softmax.js";

const settings = z.object({ temperature, temperatureScaling });
type KdSettings = z.output<typeof settings>;

/**
 * The teacher's soft labels alone: -Σ_c p_t^τ log p_s^τ, p^τ = softmax(z/τ), summed over classes, mean over the batch;
 * times τ² unless `temperatureScaling` is `none`. The objective is the soft cross-entropy, as in the article, whose
 * gradient is that of KL(p_t^τ || p_s^τ); its least value is the teacher's entropy, which depends on τ, so compare runs
 * of different τ by `val_kl`. Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network" (2015).
 */
export const kd: Loss<KdSettings> = {
  name: "kd",
  summary: "Soft cross-entropy with the teacher at temperature τ: no labels.",
  revision: 1,
  settings,
  // There is no other term: `whole` is `soft`. At τ = 1 no choice differs from another.
  canonical: (chosen) => ({ ...chosen, temperatureScaling: scalingOfTeacherAlone(chosen) }),
  needs: "teacher",
  terms: (tf, { student, teacher }, chosen) => {
    const perImage = softCrossEntropy(tf, student, given(teacher, "teacher"), chosen.temperature);
    return { teacher: tf.mul(perImage, temperatureFactors(chosen).soft) };
  },
};
