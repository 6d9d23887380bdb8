import { setImmediate } from "node:timers/promises";
import { epochOrder } from "../data/batches.js";
import { trainingPart, validationEnd } from "../data/images.js";
import type { TrainingImages } from "../data/training-images.js";
import type { Ops, Tensor1D, Tensor2D } from "../tensorflow/ops.js";
import type { EpochMetrics, TestMetrics } from "../trial/metrics.js";
import { deriveSeed } from "../trial/random.js";
import { BatchMaker, type Indices, type LogitRows } from "./batch.js";
import type { Checkpoint } from "./checkpoint.js";
import type { TrainingPlan } from "./loop.js";
import { greatest, measure } from "./metrics.js";
import { NonFiniteError } from "./non-finite.js";
import { predictLogits, type ImageRange, type Predicted } from "./predict.js";
import { disposeState, restoredState, startState, trainStep, type TrainingState } from "./step.js";

/** A training's state between epochs, and what an epoch does to it. */
export class Training {
  private state: TrainingState;
  private readonly batches: BatchMaker;
  private readonly steps: number;
  /** The images of an epoch. */
  private readonly chosen: Indices;
  /** Null where all of them train with their labels. */
  private readonly labelled: Uint8Array | null;

  constructor(
    private readonly tf: Ops,
    private readonly plan: TrainingPlan,
    private readonly signal: AbortSignal,
    from: Checkpoint | null,
  ) {
    const { images, trained = all(images.info.trainCount), batchSize, features, augmentation } = plan;
    this.chosen = trained.images;
    const isHidden = (image: number): boolean => trained.labelled[image] === 0;
    const hidden = trained.images.some(isHidden) || augmentation?.mixup?.partners.some(isHidden);
    this.labelled = hidden ? trained.labelled : null;
    this.batches = new BatchMaker(images, batchSize, features, this.labelled);
    this.steps = Math.ceil(this.chosen.length / batchSize);
    this.state =
      from === null
        ? startState(tf, plan.recipe, plan.parameters)
        : restoredState(tf, from.progress.last.parameters, from.optimizer);
  }

  parameters(): Float32Array {
    return Float32Array.from(this.state.parameters.dataSync());
  }

  optimizer(): Checkpoint["optimizer"] {
    const { slots, numbers } = this.state.optimizer;
    const values = Object.entries(slots).map(([name, slot]) => [name, Float32Array.from(slot.dataSync())] as const);
    return { slots: Object.fromEntries(values), numbers };
  }

  dispose(): void {
    disposeState(this.tf, this.state);
  }

  async train(epoch: number): Promise<Pick<EpochMetrics, "train_loss" | "train_accuracy">> {
    const { images, seed, batchSize, augmentation, teacher, recipe } = this.plan;
    const { labels } = images.info;
    const order = epochOrder(seed, epoch, this.chosen.length).map((position) => this.chosen[position] ?? 0);
    const views = augmentation === null ? null : { ...augmentation, seed, epoch };
    const teacherRows = teacher === null ? null : teacher.ofEpoch(epoch);
    let lossSum = 0;
    let correct = 0;
    const hasLabel = (image: number): boolean => this.labelled === null || this.labelled[image] === 1;
    for (let step = 1; step <= this.steps; step++) {
      const indices = order.subarray((step - 1) * batchSize, step * batchSize);
      const batch = this.batches.make(this.tf, indices, views, teacherRows);
      const learningRate = recipe.learningRate((epoch - 1) * this.steps + step, this.plan.epochs * this.steps);
      const dropoutSeed = deriveSeed(seed, "dropout", epoch, step);
      let done;
      try {
        done = trainStep(this.tf, recipe, this.state, batch, { epoch, learningRate, dropoutSeed });
      } finally {
        this.tf.dispose([batch.x, batch.labels]);
        batch.labelled?.dispose();
        batch.teacher?.dispose();
      }
      this.state = done.state;
      if (!Number.isFinite(done.loss)) throw new NonFiniteError("training loss", done.loss, epoch, step);
      if (!done.finiteGradient) throw new NonFiniteError("gradient", Number.NaN, epoch, step);
      lossSum += done.loss * indices.length;
      correct += countCorrect(done.logits, indices, (image) => (hasLabel(image) ? labels[image] : undefined));
      await setImmediate();
      this.signal.throwIfAborted();
    }
    const withLabel = this.chosen.filter(hasLabel).length;
    return { train_loss: lossSum / this.chosen.length, train_accuracy: correct / withLabel };
  }

  /** What these parameters measure on the test split; null where there is none. */
  async test(parameters: Float32Array): Promise<TestMetrics | null> {
    const { tf, plan } = this;
    const { count, classNames, labels } = plan.images.info;
    const range = { start: validationEnd(plan.images.info), end: count };
    if (range.start === range.end) return null;
    const classes = classNames.length;
    const tensor = tf.tensor1d(parameters);
    try {
      const { logits } = await this.predict(tensor, range);
      const teacher = plan.teacher?.logits.subarray(range.start * classes, range.end * classes) ?? null;
      const measured = measure(logits, classes, labels.slice(range.start), teacher);
      const { accuracy, crossEntropy, kl, agreement, ece } = measured;
      const metrics = { accuracy, cross_entropy: crossEntropy, kl, agreement, ece };
      this.requireFinite("test ", metrics, plan.epochs);
      return { images: count - range.start, ...metrics };
    } finally {
      tensor.dispose();
    }
  }

  /** A metric that is no number would not be stored. */
  private requireFinite(of: string, metrics: Readonly<Record<string, number | null>>, epoch: number): void {
    for (const [name, value] of Object.entries(metrics)) {
      if (value !== null && !Number.isFinite(value)) throw new NonFiniteError(`${of}${name}`, value, epoch, this.steps);
    }
  }

  private predict(parameters: Tensor1D, range: ImageRange): Promise<Predicted> {
    const { batchSize, images, recipe } = this.plan;
    return predictLogits(this.tf, (x) => recipe.model(parameters, x, null), this.batches, range, {
      batchSize,
      classes: images.info.classNames.length,
      views: null,
      signal: this.signal,
    });
  }

  async validate(epoch: number): Promise<{
    metrics: Omit<EpochMetrics, "epoch" | "seconds" | `train_${string}`>;
    logits: Float32Array;
    predictionSeconds: number | null;
  }> {
    const { tf, plan } = this;
    const { trainCount, classNames, labels } = plan.images.info;
    const end = validationEnd(plan.images.info);
    const classes = classNames.length;
    const range = { start: trainCount, end };
    const { logits, seconds: predictionSeconds } = await this.predict(this.state.parameters, range);
    const validationLabels = labels.slice(trainCount, end);
    const teacher = plan.teacher === null ? null : plan.teacher.logits.subarray(trainCount * classes, end * classes);
    const loss = validationLoss(tf, plan, logits, validationLabels, teacher, epoch);
    if (!Number.isFinite(loss)) throw new NonFiniteError("validation loss", loss, epoch, this.steps);
    const measured = measure(logits, classes, validationLabels, teacher);
    const metrics = {
      val_loss: loss,
      val_accuracy: measured.accuracy,
      val_cross_entropy: measured.crossEntropy,
      val_kl: measured.kl,
      val_agreement: measured.agreement,
      val_ece: measured.ece,
      ...(measured.topK !== null && { val_top_k: measured.topK }),
    };
    this.requireFinite("", metrics, epoch);
    return { metrics, logits, predictionSeconds };
  }
}

/** The objective on the whole validation split at once. */
function validationLoss(
  tf: Ops,
  { images, recipe }: TrainingPlan,
  logits: Float32Array,
  labels: readonly number[],
  teacher: LogitRows | null,
  epoch: number,
): number {
  const classes = images.info.classNames.length;
  const shape: [number, number] = [labels.length, classes];
  const loss = tf.tidy(() => {
    const input = {
      student: tf.tensor2d(logits, shape),
      // As in training: a user's own loss may take their logarithm, which whole numbers have none of.
      labels: tf.cast(tf.oneHot(tf.tensor1d([...labels], "int32"), classes), "float32") as Tensor2D,
      epoch,
      ...(teacher === null ? {} : { teacher: tf.tensor2d(teacher, shape) }),
    };
    return tf.mean(recipe.objective.perSample(tf, input)).dataSync()[0];
  });
  return loss ?? Number.NaN;
}

/** @param labelOf an image; undefined for one that does not count */
function countCorrect(logits: Float32Array, indices: Indices, labelOf: (image: number) => number | undefined): number {
  const classes = logits.length / indices.length;
  let correct = 0;
  for (const [position, image] of indices.entries()) {
    if (greatest(logits.subarray(position * classes, (position + 1) * classes)) === labelOf(image)) correct++;
  }
  return correct;
}

function all(trainCount: number): TrainingImages {
  return { images: trainingPart({ trainCount }), labelled: new Uint8Array(trainCount).fill(1) };
}
