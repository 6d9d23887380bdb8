import type { MetricName } from "../../trial/metrics.js";
import { drawLines } from "../drawing/lines.js";
import { axisTitle, quantities, withUnit } from "../quantities.js";
import { teacherMetric, type Results } from "../results.js";
import { summaryOf } from "../variants.js";
import type { Figure } from "./figure.js";
import { limits, sentence } from "./shown.js";

export interface SizePoint {
  readonly model: string;
  readonly label: string;
  readonly parameters: number;
  readonly value: number;
}

export interface Size {
  readonly metric: MetricName;
  readonly points: readonly SizePoint[];
}

const teacherMetrics: readonly MetricName[] = ["val_accuracy", "val_cross_entropy", "val_ece"];
const mostModels = 7;

function pointsOf({ variants, teachers }: Results, metric: MetricName): SizePoint[] {
  const students = variants.flatMap(({ label, complete, settings, ...variant }): SizePoint[] => {
    const summary = summaryOf({ label, complete, settings, ...variant }, metric);
    const parameters = complete[0]?.result.parameters;
    if (summary === null || parameters === undefined) return [];
    return [{ model: `student ${settings.student.type}`, label, parameters, value: summary.mean }];
  });
  const taught = teachers.flatMap(({ label, details }): SizePoint[] => {
    const value = teacherMetrics.includes(metric) ? teacherMetric(details, metric) : undefined;
    return value == null || details.parameters === 0
      ? []
      : [{ model: "teacher", label, parameters: details.parameters, value }];
  });
  return [...students, ...taught];
}

/** The study's metric against the number of parameters, of teachers and students. */
export const sizeFigure: Figure<Size> = {
  name: "size",
  data: (results) => {
    const metric = results.plan.metric.name;
    const points = pointsOf(results, metric);
    const models = [...new Set(points.map(({ model }) => model))].slice(0, mostModels);
    if (new Set(points.map(({ parameters }) => parameters)).size < 2) return null;
    return { metric, points: points.filter(({ model }) => models.includes(model)) };
  },
  table: ({ metric, points }) => ({
    columns: ["model", "configuration", "parameters", metric],
    rows: points.map(({ model, label, parameters, value }) => [model, label, parameters, value]),
  }),
  draw: ({ metric, points }) => {
    const quantity = quantities[metric];
    const models = [...new Set(points.map(({ model }) => model))];
    return drawLines({
      title: `${sentence(quantity.title)} against size`,
      subtitle: ["One mark per configuration, mean over seeds; teachers after their last epoch"],
      x: {
        title: "parameters",
        whole: false,
        ticks: [...new Set(points.map(({ parameters }) => parameters))].slice(0, 8),
      },
      y: { title: axisTitle(quantity), ...limits(quantity) },
      spread: "band",
      lines: models.map((model) => ({
        label: model,
        isBaseline: false,
        isConnected: false,
        points: points
          .filter((point) => point.model === model)
          .map(({ label, parameters, value }) => ({
            x: parameters,
            y: value * quantity.factor,
            low: value * quantity.factor,
            high: value * quantity.factor,
            seeds: [],
            text: `${label}, ${parameters.toLocaleString("en-GB")} parameters: ${withUnit(value, quantity)}`,
          })),
      })),
      references: [],
    });
  },
  describe: ({ metric, points }) => {
    const quantity = quantities[metric];
    const best = new Map<string, SizePoint>();
    for (const point of points) if (!best.has(point.model)) best.set(point.model, point);
    const words = [...best.values()].map(({ model, parameters, value }) => {
      return `${model}, ${parameters.toLocaleString("en-GB")} parameters: ${withUnit(value, quantity)} at best`;
    });
    return `${sentence(quantity.title)} against the number of parameters. ${words.join("; ")}.`;
  },
};
