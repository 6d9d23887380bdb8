import type { io } from "@tensorflow/tfjs-core";
import type { Ops, Tensor, Tensor4D } from "./ops.js";

/** A loaded model, LayersModel or GraphModel. It holds tensors until `dispose`. */
export interface LoadedModel {
  /** Of each input; null where any size will do. */
  readonly inputShapes: readonly (readonly (number | null)[])[];
  readonly parameters: number;
  predict(x: Tensor4D): Tensor | Tensor[];
  dispose(): void;
}

/**
 * Loads a model from what its files hold.
 * @param tf as `loadTensorFlow` gives it, which can load models besides computing
 * @throws Error where it has layers, operations or weights that TensorFlow.js does not know or that do not fit
 */
export async function loadSavedModel(tf: Ops, artifacts: io.ModelArtifacts): Promise<LoadedModel> {
  const whole = tf as unknown as typeof import("@tensorflow/tfjs-node");
  const source = whole.io.fromMemory(artifacts);
  const model =
    artifacts.format === "graph-model" ? await whole.loadGraphModel(source) : await whole.loadLayersModel(source);
  const shapes = (artifacts.weightSpecs ?? []).map(({ shape }) => shape.reduce((product, side) => product * side, 1));
  return {
    inputShapes: model.inputs.map(({ shape }) => (shape ?? []).map((side) => (side === -1 ? null : side))),
    parameters: shapes.reduce((sum, count) => sum + count, 0),
    predict: (x) => model.predict(x) as Tensor | Tensor[],
    dispose: () => {
      model.dispose();
    },
  };
}
