import { againstFigure, type Abscissa } from "./against.js";
import { softShareOf } from "./weights.js";

/** The share of the teacher's soft labels, where it was swept: of losses that have one. */
export const softShare: Abscissa = {
  title: "soft share α/(α+β)",
  noun: "the soft share of the loss",
  of: ["loss.alpha", "loss.beta"],
  column: "soft_share",
  isLinear: true,
  value: ({ parameters, settings: { loss } }) =>
    "loss.alpha" in parameters || "loss.beta" in parameters ? softShareOf(loss) : null,
};

/** The study's metric against the soft share, all else equal along each line. */
export const softShareFigure = againstFigure("soft-share", softShare, ({ plan }) => plan.metric.name);
