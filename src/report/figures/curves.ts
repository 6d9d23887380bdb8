import type { EpochMetrics, MetricName } from "../../trial/metrics.js";
import { drawLines, type Line } from "../drawing/lines.js";
import { mostLooks } from "../drawing/palette.js";
import { axisTitle, ownObjectives, quantities, withUnit } from "../quantities.js";
import type { ConfigurationId } from "../../trial/spec.js";
import { valuesBySeed, type SeedValue } from "../statistics/paired.js";
import type { Results } from "../results.js";
import type { Figure } from "./figure.js";
import { bestOf, limits, looksOf, omission, sentence, teacherLines, type TeacherLines } from "./shown.js";
import { areOwnObjectives } from "../variants.js";

/** A metric at one epoch over the seeds that reached it; in the metric's own unit. */
export interface CurvePoint {
  readonly epoch: number;
  readonly seeds: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Curve {
  readonly label: string;
  readonly isBaseline: boolean;
  /** Of its line, in all charts of the report; as it comes where there is none. */
  readonly look?: number;
  readonly points: readonly CurvePoint[];
}

export interface Curves extends TeacherLines {
  readonly metric: MetricName;
  readonly curves: readonly Curve[];
  readonly omitted: number;
  /** What is shown beside the best; undefined for the baseline or nothing. */
  readonly kept: string | undefined;
  /** More than one loss, or setting of it, among them: levels of an objective do not compare. */
  readonly severalObjectives: boolean;
}

/** What a training measured by epoch, and its seed. */
export interface Training {
  readonly seed: number;
  readonly epochs: readonly EpochMetrics[];
}

/** Mean, lowest and highest seed of a metric at each epoch, over several trainings; those of one seed averaged. */
export function curveOf(trainings: readonly Training[], metric: MetricName): CurvePoint[] {
  const byEpoch = new Map<number, SeedValue[]>();
  for (const { seed, epochs } of trainings) {
    for (const metrics of epochs) {
      const value = metrics[metric];
      if (value == null) continue;
      const known = byEpoch.get(metrics.epoch);
      if (known === undefined) byEpoch.set(metrics.epoch, [{ seed, value }]);
      else known.push({ seed, value });
    }
  }
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, measured]) => {
      const values = valuesBySeed(measured);
      return {
        epoch,
        seeds: values.length,
        mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        low: Math.min(...values),
        high: Math.max(...values),
      };
    });
}

/** A curve as a line of a chart. */
export function lineOf(curve: Curve, metric: MetricName): Line {
  const quantity = quantities[metric];
  const points = curve.points.map(({ epoch, mean, low, high, seeds }) => {
    const range = seeds > 1 ? `, ${seeds} seeds from ${withUnit(low, quantity)} to ${withUnit(high, quantity)}` : "";
    return {
      x: epoch,
      y: mean * quantity.factor,
      low: low * quantity.factor,
      high: high * quantity.factor,
      seeds: [],
      text: `${curve.label}, epoch ${epoch}: ${withUnit(mean, quantity)}${range}`,
    };
  });
  const { label, isBaseline, look } = curve;
  return { label, isBaseline, ...(look !== undefined && { look }), points };
}

/** Whether later epochs are a mean over fewer seeds than the first. */
function areThinned(curves: readonly Curve[]): boolean {
  return curves.some(({ points: [first, ...later] }) => later.some(({ seeds }) => seeds < (first?.seeds ?? 0)));
}

export function subtitle({ curves, omitted, kept, severalObjectives, note }: Curves): string[] {
  const banded = curves.some(({ points }) => points.some(({ seeds }) => seeds > 1));
  return [
    ...(banded ? ["Line: mean over seeds; band: from the lowest to the highest seed"] : []),
    ...(areThinned(curves) ? ["Where trials stopped early, later epochs are a mean over fewer seeds"] : []),
    ...(severalObjectives ? [ownObjectives] : []),
    ...omission(omitted, curves, kept),
    ...note,
  ];
}

/** Which configurations curves are drawn of. */
export interface CurvesOf {
  /** Stands before the title. */
  readonly title: string;
  readonly configurations: ReadonlySet<ConfigurationId>;
  /** Those that the others are compared with: shown however bad they are. */
  references(results: Results): ReadonlySet<ConfigurationId>;
}

/** More references would leave no room for what is compared with them. */
const mostReferences = 3;

interface Shown extends ReturnType<typeof bestOf> {
  /** Stands beside the best; absent for the baseline or nothing. */
  readonly kept?: string;
}

function shownOf(results: Results, of: CurvesOf | undefined): Shown {
  if (of === undefined) return bestOf(results.variants, mostLooks);
  const wanted = results.variants.filter(({ configuration }) => of.configurations.has(configuration));
  const all = wanted.length > mostLooks ? of.references(results) : new Set<ConfigurationId>();
  const references = all.size > mostReferences ? new Set<ConfigurationId>() : all;
  const { shown, omitted } = bestOf(
    wanted,
    mostLooks,
    ({ configuration, isBaseline }) => isBaseline || references.has(configuration),
  );
  const others = shown.filter(({ configuration, isBaseline }) => !isBaseline && references.has(configuration));
  return {
    shown: [...shown].sort((a, b) => a.place - b.place),
    omitted,
    ...(others.length > 0 && { kept: "what they are compared with" }),
  };
}

/** Training or validation curves, one line per configuration; by default of the best and the baseline, best first; of
 * a comparison in the plan's order. */
export function curvesFigure(name: string, metric: MetricName, of?: CurvesOf): Figure<Curves> {
  const quantity = quantities[metric];
  const title = `${of === undefined ? "" : `${of.title}: `}${sentence(quantity.title)} by epoch`;
  return {
    name,
    data: (results) => {
      const { shown, omitted, kept } = shownOf(results, of);
      const looks = looksOf(results);
      const curves = shown
        .map(({ configuration, label, isBaseline, complete }) => {
          const points = curveOf(
            complete.map(({ spec: { seed }, epochs }) => ({ seed, epochs })),
            metric,
          );
          const look = looks.get(configuration);
          return { label, isBaseline, ...(look !== undefined && { look }), points };
        })
        .filter(({ points }) => points.length > 0);
      if (curves.length === 0) return null;
      const lines = teacherLines(results, metric, shown);
      return { metric, curves, omitted, kept, severalObjectives: areOwnObjectives(shown, metric), ...lines };
    },
    table: ({ curves }) => ({
      columns: ["configuration", "epoch", "seeds", `${metric}_mean`, `${metric}_lowest`, `${metric}_highest`],
      rows: curves.flatMap(({ label, points }) =>
        points.map(({ epoch, seeds, mean, low, high }) => [label, epoch, seeds, mean, low, high]),
      ),
    }),
    draw: (data) =>
      drawLines({
        title,
        subtitle: subtitle(data),
        x: { title: "epoch", whole: true },
        y: {
          title: axisTitle(quantity),
          ...limits(quantity),
          // One loss is of another size than the next: on a linear axis the greatest leaves the others flat.
          ...(data.severalObjectives && { logarithmicFrom: 5 }),
        },
        spread: "band",
        lines: data.curves.map((curve) => lineOf(curve, metric)),
        references: data.references,
      }),
    describe: ({ curves }) => {
      const ends = curves.map(({ label, points }) => {
        const last = points.at(-1);
        return last === undefined ? label : `${label} ${withUnit(last.mean, quantity)}`;
      });
      return `${title}. At the last epoch${areThinned(curves) ? " that any seed reached" : ""}: ${ends.join("; ")}.`;
    },
  };
}
