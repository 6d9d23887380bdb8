import { z } from "zod";
import { given, type Loss } from "./loss.js";
import { squaredDistance } from "./softmax.js";

/**
 * Matching the teacher's logits: mean over batch *and classes* of (z_s - z_t)², as in the article. Ba and Caruana's
 * 1/(2B)·Σ||z_s - z_t||² is C/2 times this for C classes. No temperature, no labels. Ba, Caruana, "Do Deep Nets Really
 * Need to be Deep?" (2014).
 */
export const mse: Loss = {
  name: "mse",
  summary: "Mean squared difference of the student's and the teacher's logits.",
  revision: 1,
  settings: z.object({}),
  needs: "teacher",
  terms: (tf, { student, teacher }) => ({ teacher: squaredDistance(tf, student, given(teacher, "teacher")) }),
};
