import { z } from "zod";
import { byDistance, didYouMean } from "../settings/nearest.js";
import { metricGoals, metricNames, type MetricName } from "../trial/metrics.js";
import type { Tree } from "./document.js";
import type { Findings } from "./findings.js";
import type { Sweep } from "./sweep.js";
import { showTree } from "./tree.js";

export const defaultMetric: Sweep["metric"] = { name: "val_accuracy", goal: metricGoals.val_accuracy };

export const metricKey = z
  .strictObject({
    name: z.enum(metricNames).optional(),
    goal: z.enum(["minimize", "maximize"]).optional().describe("Must be the metric's own, and may be left out."),
  })
  .describe("What ranks the configurations: by default { name: val_accuracy, goal: maximize }.");

const keys = Object.keys(metricKey.shape);

/** The metric that ranks the configurations: `{ name: val_accuracy, goal: maximize }`, the goal being the metric's own. */
export function readMetric(tree: Tree, findings: Findings): Sweep["metric"] | undefined {
  if (tree.kind !== "map") {
    findings.add(tree.place, "metric", "a block like { name: val_accuracy, goal: maximize }", showTree(tree));
    return undefined;
  }
  for (const { key, place } of tree.entries) {
    if (!keys.includes(key)) {
      findings.add(place, `metric.${key}`, `one of ${keys.join(", ")}`, "an unknown key", didYouMean(key, keys));
    }
  }
  const nameTree = tree.entries.find(({ key }) => key === "name")?.value;
  const goalTree = tree.entries.find(({ key }) => key === "goal")?.value;
  const name = nameTree === undefined ? defaultMetric.name : readMetricName(nameTree, findings);
  if (name === undefined) return undefined;
  const goal = metricGoals[name];
  if (goalTree !== undefined && !(goalTree.kind === "scalar" && goalTree.value === goal)) {
    findings.add(goalTree.place, "metric.goal", `${goal}, the goal of ${name}`, showTree(goalTree));
    return undefined;
  }
  return { name, goal };
}

function readMetricName(tree: Tree, findings: Findings): MetricName | undefined {
  const word = tree.kind === "scalar" && typeof tree.value === "string" ? tree.value : "";
  const name = metricNames.find((known) => known === word);
  if (name === undefined) {
    const expected = `one of ${byDistance(word, metricNames).join(", ")}`;
    findings.add(tree.place, "metric.name", expected, showTree(tree), didYouMean(word, metricNames));
  }
  return name;
}
