import type { Variant } from "../variants.js";

type LossSettings = Variant["settings"]["loss"];

/**
 * The share of a loss that is the teacher's soft labels, the rest being the labels: α/(α+β) of `kd_ce`, α of `norm_kd`.
 * null for every other loss: their weights weigh other things (`parameterTitle`).
 */
export function softShareOf({ type, alpha, beta }: LossSettings): number | null {
  if (typeof alpha !== "number") return null;
  if (type === "norm_kd") return alpha;
  if (type !== "kd_ce" || typeof beta !== "number" || alpha + beta === 0) return null;
  return Number((alpha / (alpha + beta)).toPrecision(12));
}

const letters: Readonly<Record<string, string>> = { "loss.alpha": "α", "loss.beta": "β", "loss.gamma": "γ" };

/** What each weight that is no soft share weighs, by loss, after the formulas in `src/losses`. */
const weighed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kd_mse: { "loss.alpha": "soft labels; the rest MSE of logits" },
  ce_mse: { "loss.alpha": "hard labels; the rest squared difference of logits" },
  dkd: { "loss.alpha": "teacher on the label's class", "loss.beta": "teacher on the other classes" },
  rld: { "loss.alpha": "teacher on the label's class", "loss.beta": "teacher on the classes below the label's" },
  dist: { "loss.beta": "correlation over classes", "loss.gamma": "correlation over images" },
  jsd: { "loss.beta": "teacher's share of the mixture" },
  nkd: { "loss.gamma": "teacher on the other classes" },
  wttm: {
    "loss.beta": "teacher's term, against 1 for the labels",
    "loss.gamma": "power of the teacher's probabilities",
  },
};

/** How a parameter is called within a sentence: "α", "learningRate". @param name dotted */
export function parameterNoun(name: string): string {
  return letters[name] ?? name.split(".").at(-1) ?? name;
}

/** An axis's title for a parameter of these losses: "α (soft labels; the rest MSE of logits)". @param name dotted */
export function parameterTitle(name: string, types: ReadonlySet<string>): string {
  const letter = letters[name];
  if (letter === undefined) return name;
  const [meaning, ...others] = new Set([...types].map((type) => weighed[type]?.[name]));
  if (others.length > 0) return `${letter} (what it weighs depends on the loss)`;
  return meaning === undefined ? name : `${letter} (${meaning})`;
}
