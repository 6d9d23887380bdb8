import { comparedBy, type PlannedComparison } from "../../trial/comparison.js";
import type { MetricName } from "../../trial/metrics.js";
import type { ConfigurationId } from "../../trial/spec.js";
import { plannedComparison } from "../compare.js";
import type { Comparison } from "../comparison.js";
import { conditionsInWords, inSeries } from "../values.js";
import type { Results } from "../results.js";
import { curvesFigure } from "./curves.js";
import { effectFigure } from "./effect.js";
import { maker, type Maker } from "./figure.js";

/** What the names of the files of the sweep's own comparisons start with. */
export const comparisonPrefix = "comparison-";

/** As the article draws its comparisons: loss and accuracy, training and validation. */
const panels: readonly MetricName[] = ["train_loss", "train_accuracy", "val_loss", "val_accuracy"];

/** A comparison of the sweep file and what to call it. */
export interface NamedComparison {
  readonly planned: PlannedComparison;
  readonly title: string;
  /** The names of its files start with it; another comparison may have the same. */
  readonly file: string;
}

function titleOf({ name, where, sweep, ...comparison }: PlannedComparison, plan: Results["plan"]): string {
  if (name !== null) return name;
  const conditions = conditionsInWords(where);
  const within = conditions.length === 0 ? "" : ` where ${conditions.join(", ")}`;
  return `${sweep === plan.name ? "" : `${sweep}: `}${inSeries(comparedBy(comparison))}${within}`;
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
}

/** The sweep's own comparisons, each with its title. */
export function namedComparisons({ plan }: Results): NamedComparison[] {
  return (plan.comparisons ?? []).map((planned) => {
    const title = titleOf(planned, plan);
    return { planned, title, file: comparisonPrefix + (slug(title) || "unnamed") };
  });
}

function referencesOf({ blocks }: Comparison): ReadonlySet<ConfigurationId> {
  const rows = blocks.flatMap((block) => block.rows).filter(({ isReference }) => isReference);
  return new Set(rows.map(({ configuration }) => configuration));
}

/** For each comparison that the sweep file asks for: its final values side by side, and its curves. */
export function plannedFigures(results: Results): Maker[] {
  return namedComparisons(results).flatMap(({ planned, title, file }) => {
    const configurations = new Set(planned.configurations);
    const effect = effectFigure(file, {
      parameter: comparedBy(planned).join(","),
      noun: inSeries(comparedBy(planned)),
      title,
      rows: "values",
      comparison: (all) => plannedComparison(all, planned),
    });
    const known = new WeakMap<Results, ReadonlySet<ConfigurationId>>();
    const references = (all: Results): ReadonlySet<ConfigurationId> => {
      const found = known.get(all) ?? referencesOf(plannedComparison(all, planned));
      known.set(all, found);
      return found;
    };
    const curves = panels.map((metric) => {
      return maker(curvesFigure(`${file}-${metric.replace("_", "-")}`, metric, { title, configurations, references }));
    });
    return [maker(effect), ...curves];
  });
}
