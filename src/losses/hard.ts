import { z } from "zod";
import { given, type Loss } from "./loss.js";
import { crossEntropy, logSoftmax } from "./softmax.js";

/** Hard labels alone, the baseline without a teacher: CE(y, z_s) = -Σ_c y log softmax(z_s), mean over the batch. */
export const hard: Loss = {
  name: "hard",
  summary: "Cross-entropy with the labels: no teacher, the baseline.",
  revision: 1,
  settings: z.object({}),
  needs: "labels",
  terms: (tf, { student, labels }) => ({ labels: crossEntropy(tf, given(labels, "labels"), logSoftmax(tf, student)) }),
};
