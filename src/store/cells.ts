import { z } from "zod";
import type { ArtifactRecord } from "../artifacts/artifact.js";
import type { PlannedComparison } from "../trial/comparison.js";
import type { TestMetrics } from "../trial/metrics.js";
import type { TrialSpec } from "../trial/spec.js";
import { selectors } from "../trial/value.js";
import type { Cell } from "./codec.js";
import type { PortablePaths } from "./portable.js";
import type { StoredPlan } from "./store.js";

/** A cell that holds what no version of kd-sweep writes: somebody else changed the study. */
export class StrangeCell extends Error {}

const block = z.record(z.string(), z.unknown());
/** A group's block, where `selector` names its component. */
const chosen = (selector: string): z.ZodType => z.looseObject({ [selector]: z.string() });
/** As far as readers rely on it. A study of an older format has no schedule; settings of components that are gone stay. */
const settings = z.looseObject({
  dataset: chosen(selectors.dataset),
  teacher: chosen(selectors.teacher).nullable(),
  student: chosen(selectors.student),
  loss: chosen(selectors.loss),
  optimizer: chosen(selectors.optimizer).optional(),
  schedule: chosen(selectors.schedule).optional(),
  augmentation: chosen(selectors.augmentation).optional(),
  training: z.looseObject({ epochs: z.number(), batchSize: z.number() }),
});
const counts = z.looseObject({ train: z.number(), validation: z.number(), test: z.number().optional() });
const details = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("images"),
    dataset: chosen(selectors.dataset),
    classNames: z.array(z.string()),
    trainCount: z.number(),
    validationCount: z.number(),
    classCounts: z.array(counts),
    validationLabels: z.array(z.int().nonnegative()),
    skipped: z.array(z.looseObject({ source: z.string(), reason: z.string() })),
  }),
  z.looseObject({
    kind: z.literal("teacher"),
    imagesKey: z.string(),
    teacher: chosen(selectors.teacher),
    parameters: z.number(),
    notes: z.array(z.string()).optional(),
  }),
  z.looseObject({
    kind: z.literal("logits"),
    teacherKey: z.string(),
    timing: z.looseObject({ seconds: z.number(), backend: z.string() }).optional(),
  }),
]);

/** What each kind of JSON cell is for its readers, and what is looked at before they rely on it. */
interface Parsed {
  readonly settings: TrialSpec["settings"];
  readonly parameters: TrialSpec["parameters"];
  readonly overrides: StoredPlan["overrides"];
  readonly names: readonly string[];
  readonly comparisons: readonly PlannedComparison[];
  readonly details: ArtifactRecord["details"];
  readonly test: TestMetrics;
}

const shapes: Readonly<Record<keyof Parsed, z.ZodType>> = {
  settings,
  parameters: block,
  overrides: block,
  names: z.array(z.string()),
  comparisons: z.array(
    z.looseObject({
      sweep: z.string(),
      name: z.string().nullable(),
      by: z.union([z.string(), z.array(z.string()).min(1)]),
      where: z.record(z.string(), z.array(z.unknown())),
      baseline: block.nullable(),
      configurations: z.array(z.string()),
    }),
  ),
  details,
  test: z.looseObject({ accuracy: z.number(), cross_entropy: z.number(), ece: z.number() }),
};

/** @throws StrangeCell where the text is no JSON of its kind */
export function parsed<K extends keyof Parsed>(kind: K, text: Cell | undefined, paths: PortablePaths): Parsed[K] {
  let value: unknown;
  try {
    value = paths.fromJson(text as string);
  } catch {
    value = undefined;
  }
  if (shapes[kind].safeParse(value).success) return value as Parsed[K];
  throw new StrangeCell(`${kind} are not as kd-sweep writes them`);
}

/** @throws StrangeCell where the text is none of those */
export function oneOf<T extends string>(known: readonly T[], text: Cell | undefined): T {
  const found = known.find((each) => each === text);
  if (found === undefined) throw new StrangeCell(`expected one of ${known.join(", ")} in a cell`);
  return found;
}
