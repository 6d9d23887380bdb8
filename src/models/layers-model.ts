import type { Layer } from "./model.js";
import { parameterTensors } from "./network.js";

/** A file of a model and its content. */
export type ModelFiles = Readonly<Record<"model.json" | "weights.bin", Uint8Array>>;

/**
 * A network as a TensorFlow.js LayersModel, in the form that Keras 2 gives it: what `tf.loadLayersModel` reads, from an
 * image `[size, size, 3]` of floats from 0 to 1 to logits. Nothing is loaded of TensorFlow. The layers are Keras's in
 * their plain order; that ours pools before bias and relu changes no number.
 *
 * @param parameters all of the network's, one tensor after the other
 * @param metadata JSON, kept as `userDefinedMetadata`
 * @throws RangeError where there are more or fewer parameters than the layers have
 */
export function layersModel(
  layers: readonly Layer[],
  imageSize: number,
  parameters: Float32Array,
  metadata: object,
): ModelFiles {
  const tensors = parameterTensors(layers);
  const expected = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
  if (parameters.length !== expected) {
    throw new RangeError(`layersModel: expected ${expected} parameters, found ${parameters.length}`);
  }
  const names = layerNames(layers);
  const model = {
    format: "layers-model",
    generatedBy: "kd-sweep",
    convertedBy: null,
    modelTopology: {
      class_name: "Sequential",
      config: {
        name: "student",
        layers: layers.map((layer, index) => {
          const input = index === 0 ? { batch_input_shape: [null, imageSize, imageSize, 3] } : {};
          const { className, config } = kerasLayer(layer);
          const name = names[index];
          return { class_name: className, config: { name, trainable: true, dtype: "float32", ...input, ...config } };
        }),
      },
      keras_version: "2.15.0",
      backend: "tensorflow",
    },
    weightsManifest: [
      { paths: ["weights.bin"], weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: "float32" })) },
    ],
    userDefinedMetadata: metadata,
  };
  return {
    "model.json": Buffer.from(`${JSON.stringify(model, null, 2)}\n`),
    "weights.bin": new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength),
  };
}

/** `conv_1`, `max_pool_1`, ...; layers of a kind count from 1, as in the tensors' names. */
function layerNames(layers: readonly Layer[]): string[] {
  const counts = new Map<string, number>();
  return layers.map(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_${count}`;
  });
}

/** Zeros, which are quickest made: the weights follow. */
const initializers = {
  kernel_initializer: { class_name: "Zeros", config: {} },
  bias_initializer: { class_name: "Zeros", config: {} },
};

function kerasLayer(layer: Layer): { readonly className: string; readonly config: object } {
  const activation = (one: "relu" | "none"): string => (one === "none" ? "linear" : one);
  switch (layer.kind) {
    case "rescale":
      return { className: "Rescaling", config: { scale: layer.scale, offset: layer.offset } };
    case "conv":
      return {
        className: "Conv2D",
        config: {
          filters: layer.filters,
          kernel_size: [layer.kernel, layer.kernel],
          strides: [1, 1],
          padding: layer.padding,
          data_format: "channels_last",
          dilation_rate: [1, 1],
          activation: activation(layer.activation),
          use_bias: true,
          ...initializers,
        },
      };
    case "maxPool": {
      const window = [layer.size, layer.size];
      const config = { pool_size: window, strides: window, padding: "valid", data_format: "channels_last" };
      return { className: "MaxPooling2D", config };
    }
    case "globalAveragePool":
      return { className: "GlobalAveragePooling2D", config: { data_format: "channels_last" } };
    case "dropout":
      return { className: "Dropout", config: { rate: layer.rate } };
    case "dense":
      return {
        className: "Dense",
        config: { units: layer.units, activation: activation(layer.activation), use_bias: true, ...initializers },
      };
  }
}
