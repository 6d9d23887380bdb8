import { z } from "zod";

/** Where τ² goes. The gradient of a soft term shrinks with 1/τ²; `soft` undoes that, so that α and β mean the same at every τ. */
export type TemperatureScaling = "none" | "soft" | "whole";

/** τ, by which both models' logits are divided before the softmax. The default is the article's. */
export const temperature = z
  .number()
  .positive()
  .default(5)
  .describe("τ: both the teacher's and the student's logits are divided by it before the softmax; > 0");

/**
 * Hinton et al. (2015) multiply the soft term by τ²: its gradient is then of the size of the hard term's at every τ, so
 * that α and β mean the same wherever τ is swept. That is the default. The article's code has no τ² (`none`); `whole`
 * multiplies the entire loss, as some of its notebooks do, which Adam all but cancels.
 */
export const temperatureScaling = z
  .enum(["none", "soft", "whole"])
  .default("soft")
  .describe(
    "where τ² goes: on the soft term (soft, Hinton), on the whole loss (whole), or nowhere (none, the article)",
  );

/** Factors of the soft term and of the rest of a loss. */
export function temperatureFactors(settings: {
  readonly temperature: number;
  readonly temperatureScaling: TemperatureScaling;
}): { readonly soft: number; readonly rest: number } {
  const squared = settings.temperature * settings.temperature;
  switch (settings.temperatureScaling) {
    case "none":
      return { soft: 1, rest: 1 };
    case "soft":
      return { soft: squared, rest: 1 };
    case "whole":
      return { soft: squared, rest: squared };
  }
}
