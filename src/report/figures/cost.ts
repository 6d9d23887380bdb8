import { median } from "simple-statistics";
import type { TrialRecord } from "../../store/store.js";
import type { MetricName } from "../../trial/metrics.js";
import { drawLines } from "../drawing/lines.js";
import { axisTitle, quantities, withUnit } from "../quantities.js";
import type { Results } from "../results.js";
import { isTeachersToo, teacherMetric, type Teacher } from "../teachers.js";
import { canonical } from "../values.js";
import { summaryOf, type CompleteTrial } from "../variants.js";
import type { Figure } from "./figure.js";
import { limits, sentence } from "./shown.js";

export interface CostPoint {
  readonly model: string;
  readonly label: string;
  readonly cost: number;
  readonly value: number;
}

export interface ByCost {
  readonly metric: MetricName;
  readonly goal: "minimize" | "maximize";
  readonly points: readonly CostPoint[];
}

/** What a model takes. */
interface Cost {
  readonly name: string;
  /** "size", in the title. */
  readonly noun: string;
  readonly axis: string;
  readonly column: string;
  /** Of the student of a finished trial; null where it is not known. What takes all trials to know is worked out once. */
  ofStudents(results: Results): (trial: CompleteTrial) => number | null;
  ofTeacher(teacher: Teacher): number | null;
  /** "144,261 parameters". */
  inWords(cost: number): string;
  /** Whether the axis has a tick at each model's, in place of round numbers. */
  readonly hasTicks: boolean;
  /** Behind what every such figure says of its marks. */
  readonly subtitle: readonly string[];
}

const mostModels = 7;

function pointsOf(results: Results, metric: MetricName, cost: Cost): CostPoint[] {
  const { teachers, variants } = results;
  const costOf = cost.ofStudents(results);
  const students = variants.flatMap((variant): CostPoint[] => {
    const [trial] = variant.complete;
    const summary = summaryOf(variant, metric);
    const taken = trial === undefined ? null : costOf(trial);
    if (summary === null || taken === null) return [];
    const { label, settings } = variant;
    return [{ model: `student ${settings.student.type}`, label, cost: taken, value: summary.mean }];
  });
  const taught = teachers.flatMap((teacher): CostPoint[] => {
    const value = isTeachersToo(metric) ? teacherMetric(teacher.details, metric) : null;
    const taken = cost.ofTeacher(teacher);
    return value === null || taken === null ? [] : [{ model: "teacher", label: teacher.label, cost: taken, value }];
  });
  return [...students, ...taught];
}

type Points = readonly [CostPoint, ...CostPoint[]];

function byModel(points: readonly CostPoint[]): [model: string, own: Points][] {
  const groups = new Map<string, [CostPoint, ...CostPoint[]]>();
  for (const point of points) {
    const known = groups.get(point.model);
    if (known === undefined) groups.set(point.model, [point]);
    else known.push(point);
  }
  return [...groups];
}

function bestOf(points: Points, goal: ByCost["goal"]): CostPoint {
  const sign = goal === "maximize" ? 1 : -1;
  return points.reduce((best, point) => (sign * (point.value - best.value) > 0 ? point : best));
}

/** The study's metric against what teachers and students take. */
function costFigure(cost: Cost): Figure<ByCost> {
  return {
    name: cost.name,
    data: (results) => {
      const { name: metric, goal } = results.plan.metric;
      const points = pointsOf(results, metric, cost);
      const models = [...new Set(points.map(({ model }) => model))].slice(0, mostModels);
      if (new Set(points.map((point) => point.cost)).size < 2) return null;
      return { metric, goal, points: points.filter(({ model }) => models.includes(model)) };
    },
    table: ({ metric, points }) => ({
      columns: ["model", "configuration", cost.column, metric],
      rows: points.map(({ model, label, cost: taken, value }) => [model, label, taken, value]),
    }),
    draw: ({ metric, goal, points }) => {
      const quantity = quantities[metric];
      const ticks = [...new Set(points.map((point) => point.cost))].slice(0, 8);
      return drawLines({
        title: `${sentence(quantity.title)} against ${cost.noun}`,
        subtitle: ["One mark per configuration, mean over seeds; teachers after their last epoch", ...cost.subtitle],
        x: { title: cost.axis, whole: false, ...(cost.hasTicks && { ticks }) },
        y: { title: axisTitle(quantity), ...limits(quantity) },
        spread: "band",
        lines: byModel(points).map(([model, own]) => ({
          label: own.length === 1 ? model : `${model} (best of ${own.length}: ${bestOf(own, goal).label})`,
          isBaseline: false,
          isConnected: false,
          points: own.map(({ label, cost: x, value }) => ({
            x,
            y: value * quantity.factor,
            low: value * quantity.factor,
            high: value * quantity.factor,
            seeds: [],
            text: `${label}, ${cost.inWords(x)}: ${withUnit(value, quantity)}`,
          })),
        })),
        references: [],
      });
    },
    describe: ({ metric, goal, points }) => {
      const quantity = quantities[metric];
      const words = byModel(points)
        .map(([, own]) => bestOf(own, goal))
        .map(({ model, cost: taken, value }) => {
          return `${model}, ${cost.inWords(taken)}: ${withUnit(value, quantity)} at best`;
        });
      return `${sentence(quantity.title)} against ${cost.noun}. ${words.join("; ")}.`;
    },
  };
}

export const sizeFigure = costFigure({
  name: "size",
  noun: "size",
  axis: "parameters",
  column: "parameters",
  ofStudents:
    () =>
    ({ result }) =>
      result.parameters,
  ofTeacher: ({ details }) => (details.parameters === 0 ? null : details.parameters),
  inWords: (parameters) => `${parameters.toLocaleString("en-GB")} parameters`,
  hasTicks: true,
  subtitle: [],
});

/** Trials with the same have the same network, but for its weights. */
function networkOf({ spec: { settings } }: TrialRecord): string {
  return canonical({ student: settings.student, size: settings.dataset.imageSize });
}

export const predictionTimeFigure = costFigure({
  name: "prediction-time",
  noun: "prediction time",
  axis: "time for an image (ms)",
  column: "prediction_ms",
  // Of all trials that trained the same network: what else the machine did is not the loss's.
  ofStudents: ({ predictionSeconds, trials }) => {
    const times = new Map<string, number[]>();
    for (const trial of trials) {
      const seconds = predictionSeconds.get(trial.spec.id);
      if (seconds === undefined) continue;
      const network = networkOf(trial);
      const known = times.get(network);
      if (known === undefined) times.set(network, [seconds]);
      else known.push(seconds);
    }
    const medians = new Map([...times].map(([network, seconds]) => [network, 1000 * median(seconds)]));
    return (trial) => medians.get(networkOf(trial)) ?? null;
  },
  ofTeacher: ({ predictionSeconds }) => (predictionSeconds === null ? null : 1000 * predictionSeconds),
  inWords: (milliseconds) => `${milliseconds.toPrecision(2)} ms an image`,
  hasTicks: false,
  subtitle: ["In batches on one thread, beside what else the machine did; of a student the median over its trials"],
});
