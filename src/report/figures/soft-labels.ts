import { drawBars } from "../drawing/bars.js";
import { chosen, firstTaught, mostShownClasses, rowOf, softmax, usualTemperatures } from "../predictions.js";
import type { Results } from "../results.js";
import type { Figure } from "./figure.js";
import { teacherLabel } from "../teachers.js";

export interface SoftLabels {
  readonly teacher: string;
  /** Place of the image among the validation images, from 1. */
  readonly image: number;
  readonly className: string;
  readonly classNames: readonly string[];
  readonly temperatures: readonly number[];
  /** `[temperature][class]`. */
  readonly probabilities: readonly (readonly number[])[];
}

const mostTemperatures = 5;
/** The losses' default, the article's choice. */
const defaultTemperature = 5;

/** 1 and those that the study used; of many the default, the lowest and the highest, and then the most used. */
function temperaturesOf({ variants }: Results): number[] {
  const uses = new Map<number, number>([[1, 0]]);
  for (const { settings } of variants) {
    const { temperature } = settings.loss;
    if (typeof temperature === "number") uses.set(temperature, (uses.get(temperature) ?? 0) + 1);
  }
  if (uses.size === 1) return [...usualTemperatures];
  const ascending = [...uses.keys()].sort((a, b) => a - b);
  const byUse = [...ascending].sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
  const first = [1, defaultTemperature, ...ascending.slice(0, 1), ...ascending.slice(-1)];
  const wanted = new Set([...first.filter((each) => uses.has(each)), ...byUse]);
  return [...wanted].slice(0, mostTemperatures).sort((a, b) => a - b);
}

/**
 * The article's illustration: what the teacher says of one image, and what a temperature makes of it. That is the
 * validation image of which the teacher is right and about as sure as of most: the median of its right answers.
 */
export const softLabelsFigure: Figure<SoftLabels> = {
  name: "soft-labels",
  data: (results) => {
    const taught = firstTaught(results.variants, results.predictions);
    if (taught === null || taught.predictions.classNames.length > mostShownClasses) return null;
    const { labels, teacher: logits, classNames } = taught.predictions;
    const right = labels
      .map((label, image) => ({ label, image, row: rowOf(logits, classNames.length, image) }))
      .filter(({ label, row }) => chosen(row) === label)
      .map((each) => ({ ...each, sure: softmax(each.row)[each.label] ?? 0 }))
      .sort((a, b) => a.sure - b.sure || a.image - b.image);
    const typical = right[Math.floor(right.length / 2)];
    if (typical === undefined) return null;
    const temperatures = temperaturesOf(results);
    return {
      teacher: teacherLabel(results.teachers, taught.settings),
      image: typical.image + 1,
      className: classNames[typical.label] ?? "",
      classNames,
      temperatures,
      probabilities: temperatures.map((temperature) => [...softmax(typical.row, temperature)]),
    };
  },
  table: ({ image, classNames, temperatures, probabilities }) => ({
    columns: ["validation_image", "temperature", "class", "probability"],
    rows: temperatures.flatMap((temperature, index) =>
      classNames.map((name, at) => [image, temperature, name, probabilities[index]?.[at] ?? null]),
    ),
  }),
  draw: ({ teacher, image, className, classNames, temperatures, probabilities }) =>
    drawBars({
      title: "The teacher's soft labels of one image",
      subtitle: [
        `Validation image ${image}, of class ${className}: the median of ${teacher}'s right answers by its probability`,
      ],
      groups: classNames,
      x: { title: "class" },
      y: { title: "probability (%)", most: 100 },
      series: temperatures.map((temperature, index) => ({
        label: `τ=${temperature}`,
        values: classNames.map((name, at) => {
          const value = 100 * (probabilities[index]?.[at] ?? 0);
          return { value, text: `τ=${temperature}, ${name}: ${value.toFixed(1)} %` };
        }),
      })),
    }),
  describe: ({ className, classNames, temperatures, probabilities }) => {
    const at = classNames.indexOf(className);
    const words = temperatures.map((temperature, index) => {
      return `τ=${temperature}: ${(100 * (probabilities[index]?.[at] ?? 0)).toFixed(1)} %`;
    });
    return `The teacher's probabilities of one image of class ${className}, softened. Probability of that class: ${words.join(", ")}.`;
  },
};
