import { againstFigure, type Abscissa } from "./against.js";

const temperature: Abscissa = {
  title: "temperature τ",
  noun: "temperature τ",
  of: ["loss.temperature"],
  value: ({ parameters }) => {
    const value = parameters["loss.temperature"];
    return typeof value === "number" ? value : null;
  },
};

/** The study's metric against the temperature, all else equal along each line. */
export const temperatureFigure = againstFigure("temperature", temperature, ({ plan }) => plan.metric.name);

/**
 * KL to the teacher against the temperature: soft losses have an entropy floor that moves with τ, so their own values
 * do not compare across temperatures.
 */
export const temperatureKlFigure = againstFigure("temperature-kl", temperature, ({ plan }) =>
  plan.metric.name === "val_kl" ? null : "val_kl",
);
