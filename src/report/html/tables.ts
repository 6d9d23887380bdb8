import type { ImagesDetails } from "../../artifacts/artifact.js";
import { configurationTable, summaryCell, type NumberCell } from "../configurations.js";
import { omission } from "../figures/shown.js";
import { axisTitle, blank, digits, quantities, signed } from "../quantities.js";
import { decisiveAttempt, type Results } from "../results.js";
import { withoutPaths } from "../../trial/paths.js";
import { teacherMetric, type Teacher } from "../teachers.js";
import { summaryOf } from "../variants.js";
import type { MetricName } from "../../trial/metrics.js";
import type { MadeComparison } from "../analysis.js";
import { columnsOf } from "../comparison-format.js";
import type { Diagnosis } from "../diagnosis/diagnosis.js";
import { table, type HtmlCell } from "./markup.js";

/** Rows of a table in the page; the CSV files have them all. */
const mostRows = 500;

const beside: readonly MetricName[] = ["val_accuracy", "val_cross_entropy", "val_kl", "val_agreement", "val_ece"];

function rest(total: number, file: string): string {
  return total > mostRows ? `, the first ${mostRows} of ${total} (all in ${file})` : "";
}

function cell(text: string | null | undefined, value: number | null | undefined): NumberCell {
  return { text: text ?? blank, value: value ?? null };
}

/** The configurations, best first. */
export function configurations(results: Results): string {
  const metric = results.plan.metric.name;
  const own = configurationTable(results, mostRows);
  const others = beside.filter(
    (name) => name !== metric && results.variants.some((variant) => summaryOf(variant, name)),
  );
  const rows = own.rows.map(({ variant, cells }): HtmlCell[] => {
    const parameters = variant.complete[0]?.result.parameters;
    return [
      variant.label,
      ...cells,
      ...others.map((name) => summaryCell(summaryOf(variant, name), quantities[name])),
      cell(parameters?.toLocaleString("en-GB"), parameters),
    ];
  });
  const columns = ["configuration", ...own.heads, ...others.map((name) => axisTitle(quantities[name])), "parameters"];
  const variants = own.rows.map(({ variant }) => variant);
  const left = omission(own.omitted, variants).map((text) => `; ${text} (all in summary.csv)`);
  const caption = `Configurations, best first: mean ± half the 95 % t interval over seeds${left.join("")}`;
  return table({ caption, columns, rows });
}

/** Failed trials and why. */
export function failures(results: Results): string {
  const labels = labelsOf(results);
  const failed = results.trials.filter(({ state }) => state === "failed");
  const rows = failed.slice(0, mostRows).map((trial): HtmlCell[] => {
    const attempt = decisiveAttempt(trial);
    return [
      labels.get(trial.spec.configuration) ?? "",
      { text: String(trial.spec.seed), value: trial.spec.seed },
      attempt?.reason ?? blank,
      attempt?.message == null ? blank : withoutPaths(attempt.message),
      { text: String(trial.attempts.length), value: trial.attempts.length },
      trial.spec.id,
    ];
  });
  const columns = ["configuration", "seed", "reason", "message", "attempts", "trial"];
  return table({ caption: `Failed trials${rest(failed.length, "trials.csv")}`, columns, rows });
}

/** Inputs that are missing, and how many trials wait for each. */
export function missingInputs({ plan }: Results): string {
  const counts = new Map<string, number>();
  for (const lines of Object.values(plan.waitsFor ?? {})) {
    for (const line of lines.split("\n")) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const rows = [...counts].map(([line, count]): HtmlCell[] => [
    withoutPaths(line),
    { text: String(count), value: count },
  ]);
  return table({ caption: "Trials that wait for inputs", columns: ["what is missing", "trials"], rows });
}

function labelsOf(results: Results): ReadonlyMap<string, string> {
  return new Map(results.variants.map(({ configuration, label }) => [configuration, label]));
}

/** Every trial, in the plan's order. */
export function trials(results: Results): string {
  const labels = labelsOf(results);
  const metric = results.plan.metric.name;
  const quantity = quantities[metric];
  const number = (value: number | null | undefined): HtmlCell =>
    cell(value == null ? null : digits(value, quantity), value);
  const rows = results.trials
    .slice(0, mostRows)
    .map(({ spec, state, result }): HtmlCell[] => [
      labels.get(spec.configuration) ?? "",
      { text: String(spec.seed), value: spec.seed },
      state,
      number(result?.final[metric]),
      number(result?.best[metric]),
      cell(result?.best.epoch.toString(), result?.best.epoch),
      cell(result?.seconds.toFixed(1), result?.seconds),
      spec.id,
    ]);
  const title = axisTitle(quantity);
  const columns = ["configuration", "seed", "state", title, "at its best epoch", "best epoch", "seconds", "trial"];
  const caption = `Trials${rest(results.trials.length, "trials.csv")}. The best epoch is the best by validation accuracy: selected on the validation split`;
  return table({ caption, columns, rows });
}

/** The teachers. */
export function teachers(list: readonly Teacher[]): string {
  const rows = list.map(({ label, details, seconds, reused }): HtmlCell[] => {
    const share = (value: number | null): HtmlCell =>
      cell(value === null ? null : digits(value, quantities.val_accuracy), value);
    return [
      label,
      share(teacherMetric(details, "val_accuracy")),
      share(teacherMetric(details, "train_accuracy")),
      { text: String(details.epochs.length), value: details.epochs.length },
      details.parameters === 0
        ? cell(null, null)
        : { text: details.parameters.toLocaleString("en-GB"), value: details.parameters },
      { text: seconds.toFixed(1), value: seconds },
      reused ? "from the cache" : details.epochs.length > 0 ? "trained for this study" : "from a file",
    ];
  });
  const columns = [
    "teacher",
    "validation accuracy (%)",
    "training accuracy (%)",
    "epochs",
    "parameters",
    "seconds",
    "origin",
  ];
  return table({ caption: "Teachers, after their last epoch", columns, rows });
}

/** How many images of each class there are. */
export function classes(details: ImagesDetails): string {
  const { classNames, classCounts, testCount = 0, trainCount, unlabelledCount = 0, validationCount } = details;
  const number = (value: number): HtmlCell => ({ text: String(value), value });
  const rows = classNames.map((name, index): HtmlCell[] => {
    const { test = 0, train = 0, validation = 0 } = classCounts[index] ?? {};
    return [name, number(train), number(validation), ...(testCount > 0 ? [number(test)] : [])];
  });
  if (unlabelledCount > 0) {
    rows.push(["without label", number(unlabelledCount), number(0), ...(testCount > 0 ? [number(0)] : [])]);
  }
  const tested = testCount > 0 ? `, ${testCount} for the test` : "";
  const caption = `Images per class: ${trainCount} for training, ${validationCount} for validation${tested}`;
  return table({ caption, columns: ["class", "training", "validation", ...(testCount > 0 ? ["test"] : [])], rows });
}

/** Images that were left out, and why. */
export function skipped({ skipped: images }: ImagesDetails): string {
  const rows = images.slice(0, mostRows).map(({ source, reason }): HtmlCell[] => [source, withoutPaths(reason)]);
  const more = images.length > mostRows ? `, the first ${mostRows}` : "";
  return table({ caption: `Skipped images: ${images.length}${more}`, columns: ["image", "reason"], rows });
}

/** A comparison of the sweep file: a table for each group of equal others. */
export function comparisonTables({ title, comparison }: MadeComparison): string {
  const columns = columnsOf(comparison, false);
  return comparison.blocks
    .map(({ label, rows }) =>
      table({
        caption: label === "" ? title : `${title}: ${label}`,
        columns: columns.map(({ head }) => head),
        rows: rows.map((row) =>
          columns.map(({ text, value }): HtmlCell => {
            return value === undefined
              ? text(row).replace("no evidence", "no\u00a0evidence")
              : { text: text(row), value: value(row) };
          }),
        ),
      }),
    )
    .join("\n");
}

/** How the distillation went, a row per configuration. */
export function diagnosisTable(all: readonly Diagnosis[]): string {
  const share = (value: number | null, write: typeof digits): HtmlCell =>
    cell(value === null ? null : write(value, quantities.val_accuracy), value);
  const size = (value: number | undefined): HtmlCell => cell(value?.toPrecision(3), value);
  const rows = all.map((each): HtmlCell[] => [
    each.label,
    share(each.agreement, digits),
    share(each.gain?.onRight ?? null, signed),
    share(each.gain?.onWrong ?? null, signed),
    share(each.sureness?.probability ?? null, digits),
    size(each.gradients?.soft),
    size(each.gradients?.hard),
    share(each.slope?.perEpoch ?? null, signed),
  ]);
  const columns = [
    "configuration",
    "agreement with the teacher (%)",
    "gain where the teacher is right (points)",
    "gain where it is wrong (points)",
    "teacher's sureness at τ (%)",
    "teacher's gradient",
    "labels' gradient",
    "points per epoch at the end",
  ];
  const caption =
    "Diagnosis on the validation images, means over seeds. Gain: accuracy against the baseline. Sureness: mean probability of the teacher's choice at the loss's τ, where the loss takes the softmax of the teacher's logits over τ. Gradients: mean norms at the final logits, where the loss has both terms in closed form";
  return table({ caption, columns, rows });
}
