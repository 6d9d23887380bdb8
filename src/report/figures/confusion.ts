import { drawCells } from "../drawing/cells.js";
import { blank } from "../quantities.js";
import { chosen, firstTaught, mostShownClasses, rowOf } from "../predictions.js";
import { finishedInWords } from "../variants.js";
import type { Results } from "../results.js";
import { teacherLabel } from "../teachers.js";
import type { Figure } from "./figure.js";

/** How often each class was taken for each other. */
export interface Confusion {
  readonly label: string;
  readonly classNames: readonly string[];
  /** `[true class][chosen class]`, images over all runs. */
  readonly counts: readonly (readonly number[])[];
  readonly seeds: number;
  /** With several teachers' seeds a seed has several. */
  readonly runs: number;
}

interface Choices {
  readonly labels: readonly number[];
  readonly logits: Float32Array;
}

function count(all: readonly Choices[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => Array<number>(classes).fill(0));
  for (const { labels, logits } of all) {
    labels.forEach((label, image) => {
      const own = counts[label];
      const choice = chosen(rowOf(logits, classes, image));
      if (own !== undefined) own[choice] = (own[choice] ?? 0) + 1;
    });
  }
  return counts;
}

function ofBest({ variants, predictions }: Results): Confusion | null {
  const best = variants.find(({ complete }) => complete.length > 0);
  const read = (best?.complete ?? []).flatMap((trial) => {
    const found = predictions.of(trial);
    return found === null ? [] : [{ ...found, seed: trial.spec.seed }];
  });
  const [first] = read;
  if (best === undefined || first === undefined) return null;
  const same = read.filter(({ images }) => images === first.images);
  const counts = count(
    same.map(({ labels, student }) => ({ labels, logits: student })),
    first.classNames.length,
  );
  return {
    label: best.label,
    classNames: first.classNames,
    counts,
    seeds: new Set(same.map(({ seed }) => seed)).size,
    runs: same.length,
  };
}

function ofTeacher({ teachers, variants, predictions }: Results): Confusion | null {
  const taught = firstTaught(variants, predictions);
  if (taught === null) return null;
  const { labels, teacher, classNames } = taught.predictions;
  return {
    label: `teacher ${teacherLabel(teachers, taught.settings)}`,
    classNames,
    counts: count([{ labels, logits: teacher }], classNames.length),
    seeds: 1,
    runs: 1,
  };
}

/** null of a class without images. */
function share(counts: readonly number[], chosenClass: number): number | null {
  const total = counts.reduce((sum, each) => sum + each, 0);
  return total === 0 ? null : (counts[chosenClass] ?? 0) / total;
}

function inPercent(part: number | null, unit = ""): string {
  return part === null ? blank : `${(100 * part).toFixed(1)}${unit}`;
}

function lead(separator: string, words: string): string {
  return words === "" ? "" : separator + words;
}

function over({ seeds, runs }: Pick<Confusion, "seeds" | "runs">): string {
  if (runs === 1) return "";
  return `over ${finishedInWords({ seeds, runs })}`;
}

/** Of the best configuration, or of the teacher that the best taught one learned from. */
export function confusionFigure(name: string, of: "best" | "teacher"): Figure<Confusion> {
  return {
    name,
    data: (results) => {
      const found = of === "best" ? ofBest(results) : ofTeacher(results);
      return found === null || found.classNames.length > mostShownClasses ? null : found;
    },
    table: ({ classNames, counts, seeds }) => ({
      columns: ["class", "chosen", "images", "seeds", "share"],
      rows: counts.flatMap((own, row) =>
        own.map((images, column) => [
          classNames[row] ?? "",
          classNames[column] ?? "",
          images,
          seeds,
          share(own, column),
        ]),
      ),
    }),
    draw: ({ label, classNames, counts, seeds, runs }) =>
      drawCells({
        title: `What is taken for what: ${label}`,
        subtitle: [
          `Share of a class's validation images in %${lead(", ", over({ seeds, runs }))}; right on the diagonal`,
        ],
        x: { title: "chosen class", labels: classNames },
        y: { title: "class", labels: classNames },
        cells: counts.flatMap((own, row) =>
          own.map((images, column) => ({
            column,
            row,
            shade: share(own, column) ?? 0,
            words: inPercent(share(own, column)),
            text: `${classNames[row] ?? ""} taken for ${classNames[column] ?? ""}: ${images} images${lead(" ", over({ seeds, runs }))}`,
          })),
        ),
      }),
    describe: ({ label, classNames, counts }) => {
      const right = classNames.map((each, row) => `${each} ${inPercent(share(counts[row] ?? [], row), " %")}`);
      return `Confusion matrix of ${label}. Right: ${right.join(", ")}.`;
    },
  };
}
