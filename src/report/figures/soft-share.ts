import { againstFigure, type Abscissa } from "./against.js";

/** The share of the teacher's term: α/(α+β) where the loss has both weights, else α. */
export const softShare: Abscissa = {
  title: "soft share α/(α+β)",
  noun: "the soft share of the loss",
  of: ["loss.alpha", "loss.beta"],
  value: ({ parameters, settings: { loss } }) => {
    if (!("loss.alpha" in parameters) && !("loss.beta" in parameters)) return null;
    const { alpha, beta } = loss;
    if (typeof alpha !== "number") return null;
    if (typeof beta !== "number") return alpha;
    return alpha + beta === 0 ? null : Number((alpha / (alpha + beta)).toPrecision(12));
  },
};

/** The study's metric against the soft share, all else equal along each line. */
export const softShareFigure = againstFigure("soft-share", softShare, ({ plan }) => plan.metric.name);
