/** A key of W&B's sweep format that this one has not, and what to do instead. */
export interface Difference {
  readonly key: string;
  readonly instead: string;
}

/** Beside `parameters`. */
export const topLevelDifferences: readonly Difference[] = [
  { key: "program", instead: "leave it out: kd-sweep trains by itself" },
  { key: "command", instead: "leave it out: kd-sweep trains by itself" },
  { key: "job", instead: "leave it out: kd-sweep trains by itself" },
  { key: "controller", instead: "leave it out: the command controls the sweep" },
  { key: "entity", instead: "leave it out: a study is a folder" },
  { key: "project", instead: "write name, which is the study's folder too" },
  { key: "description", instead: "write a comment (#), which the report shows with the file" },
  { key: "run_cap", instead: "write method: { name: random, count: 20 }, or execution.maxTrials for one run" },
  { key: "early_terminate", instead: "training.epochs bounds a trial, execution.maxTime a run" },
];

/** Names that scripts give their parameters, and the settings that they mean here. */
export const namedDifferences: readonly Difference[] = [
  { key: "learning_rate", instead: "write optimizer.learningRate" },
  { key: "lr", instead: "write optimizer.learningRate" },
  { key: "epochs", instead: "write training.epochs" },
  { key: "batch_size", instead: "write training.batchSize" },
  { key: "image_size", instead: "write dataset.imageSize" },
  { key: "temperature", instead: "write loss.temperature" },
  { key: "tau", instead: "write loss.temperature" },
  { key: "alpha", instead: "write loss.alpha" },
  { key: "beta", instead: "write loss.beta" },
  { key: "model", instead: "write student.type" },
  { key: "architecture", instead: "write student.type" },
  { key: "seed", instead: "write seeds, beside parameters" },
];

/** Within a parameter. */
export const parameterDifferences: readonly Difference[] = [
  { key: "parameters", instead: "write the settings at once: optimizer: { learningRate: { values: [...] } }" },
  { key: "probabilities", instead: "leave it out: each value is drawn as often as the others" },
  { key: "mu", instead: "write min and max" },
  { key: "sigma", instead: "write min and max" },
];

/** What a group of settings is asked in place of one of them. */
const ofParameters = ["values", "value", "min", "max", "distribution", "q"];

/**
 * The hint for an unknown key that W&B knows, or that its users write.
 * @param key dotted, from the file's top or from `parameters` on
 * @param isTop whether it stands beside `parameters`
 * @param selectorOf the setting that chooses a group's component
 */
export function wandbHint(
  key: string,
  isTop: boolean,
  selectorOf: (group: string) => string | undefined,
): string | undefined {
  const last = key.slice(key.lastIndexOf(".") + 1);
  const selector = last === key ? undefined : selectorOf(key.slice(0, -last.length - 1));
  if (selector !== undefined && ofParameters.includes(last)) return `which one it is, says ${selector}`;
  const known = isTop
    ? [...topLevelDifferences, ...namedDifferences].find((one) => one.key === key)
    : (namedDifferences.find((one) => one.key === key) ?? parameterDifferences.find((one) => one.key === last));
  return known?.instead;
}
