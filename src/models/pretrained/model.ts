import { dense } from "../../tensorflow/native-blocks.js";
import type { FixedStatistics } from "../../tensorflow/native-mobile.js";
import type { Ops, Tensor, Tensor1D, Tensor2D, Tensor4D } from "../../tensorflow/ops.js";
import { countElements, elements, type Architecture, type PretrainedTensor, type Unit } from "./architecture.js";
import type { Weights } from "./backbone.js";
import { foldStatistics, named, pooledFeatures, type Parameters } from "./forward.js";
import type { Preprocess } from "./preprocessing.js";

/**
 * A pretrained backbone with its head. Batch norm always works in inference mode: γ and β train, the statistics stay.
 * It owns its tensors until `dispose`; the parameters that a caller passes instead are the caller's.
 */
export class PretrainedModel {
  /** What may train, by Keras's name, with the values loaded; the head's two last. */
  readonly parameters: Parameters;
  /** What never trains: batch norm's statistics and those of the normalization layer. */
  readonly statistics: Parameters;
  private readonly folded: ReadonlyMap<Unit, FixedStatistics>;

  /** @param values of all tensors, one after the other */
  constructor(
    tf: Ops,
    private readonly architecture: Architecture,
    /** Every tensor, in Keras's order, the head's two last. */
    readonly tensors: readonly PretrainedTensor[],
    values: Float32Array,
    private readonly preprocess: Preprocess,
  ) {
    const parameters: Record<string, Tensor> = {};
    const statistics: Record<string, Tensor> = {};
    let offset = 0;
    for (const { name, shape, trainable } of tensors) {
      const end = offset + elements(shape);
      (trainable ? parameters : statistics)[name] = tf.tensor(values.slice(offset, end), [...shape]);
      offset = end;
    }
    this.parameters = parameters;
    this.statistics = statistics;
    this.folded = foldStatistics(tf, architecture, statistics);
  }

  /**
   * Pooled features `[batch, features]`, differentiable with respect to the parameters.
   * @param x `[batch, height, width, 3]`, colours from 0 to 1
   */
  features(tf: Ops, parameters: Parameters, x: Tensor4D): Tensor2D {
    return pooledFeatures(tf, this.architecture, parameters, this.folded, this.preprocess(tf, x, this.statistics));
  }

  /** Logits `[batch, classes]` of pooled features; all that is computed where the head alone trains. */
  head(tf: Ops, parameters: Parameters, features: Tensor2D): Tensor2D {
    const kernel = named(parameters, "predictions/kernel") as Tensor2D;
    return dense(tf, features, kernel, named(parameters, "predictions/bias") as Tensor1D, "none");
  }

  /**
   * Logits `[batch, classes]`.
   * @param x `[batch, height, width, 3]`, colours from 0 to 1
   */
  forward(tf: Ops, parameters: Parameters, x: Tensor4D): Tensor2D {
    return this.head(tf, parameters, this.features(tf, parameters, x));
  }

  /** The names that train with a setting of `trainable`, in order. */
  trainable(what: "all" | "head"): string[] {
    const names = Object.keys(this.parameters);
    return what === "all" ? names : names.slice(-2);
  }

  /** Those parameters as one vector, the form in which optimizers take them. */
  vector(names: readonly string[], parameters: Parameters = this.parameters): Float32Array {
    const parts = names.map((name) => named(parameters, name).dataSync<"float32">());
    const vector = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      vector.set(part, offset);
      offset += part.length;
    }
    return vector;
  }

  /** The parameters with those of a vector in the place of the model's own; differentiable. */
  withVector(tf: Ops, names: readonly string[], vector: Tensor1D): Parameters {
    const shapes = names.map((name) => named(this.parameters, name).shape);
    const parts = tf.split(vector, shapes.map(elements));
    const replaced: Record<string, Tensor> = { ...this.parameters };
    names.forEach((name, index) => {
      replaced[name] = tf.reshape(parts[index] as Tensor1D, shapes[index] ?? []);
    });
    return replaced;
  }

  /** All tensors as bytes, with these parameters. */
  weights(parameters: Parameters = this.parameters): Weights {
    const values = new Float32Array(countElements(this.tensors));
    let offset = 0;
    for (const { name, trainable } of this.tensors) {
      const part = named(trainable ? parameters : this.statistics, name).dataSync<"float32">();
      values.set(part, offset);
      offset += part.length;
    }
    const info = { tensors: this.tensors.map(({ name, shape }) => ({ name, shape })) };
    return { info, data: new Uint8Array(values.buffer) };
  }

  dispose(tf: Ops): void {
    const folded = [...this.folded.values()].flatMap(({ mean, inverseDeviation }) => [mean, inverseDeviation]);
    tf.dispose([...Object.values(this.parameters), ...Object.values(this.statistics), ...folded]);
  }
}
