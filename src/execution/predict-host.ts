/*
 * A process that predicts with a kept student: takes one request over the IPC channel, answers it and ends. Started by
 * `predictImages` with TensorFlow's environment in place.
 */
import { decodeFile } from "../data/image_folder/decode-file.js";
import { readKeptModel, type KeptModel } from "../models/kept-model.js";
import { forward } from "../models/network.js";
import { loadTensorFlow } from "../tensorflow/load.js";
import type { Ops } from "../tensorflow/ops.js";
import { asFailure } from "./failure.js";
import type { Prediction, PredictRequest, PredictResponse } from "./prediction.js";

async function predict({ model: folder, images }: PredictRequest): Promise<PredictResponse> {
  const kept = readKeptModel(folder);
  const tf = await loadTensorFlow();
  const predictions: Prediction[] = [];
  for (const image of images) {
    try {
      predictions.push({ image, probabilities: probabilities(tf, kept, await decodeFile(image, kept.size)) });
    } catch (error) {
      predictions.push({ image, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { classNames: kept.classNames, predictions };
}

function probabilities(tf: Ops, { layers, parameters, size }: KeptModel, pixels: Uint8Array): number[] {
  return tf.tidy(() => {
    const x = tf.tensor4d(
      Float32Array.from(pixels, (byte) => byte / 255),
      [1, size, size, 3],
    );
    return [...tf.softmax(forward(tf, layers, tf.tensor1d(parameters), x)).dataSync()];
  });
}

process.once("message", (request: PredictRequest) => {
  void predict(request)
    .catch(asFailure)
    .then((response) =>
      process.send?.(response, () => {
        process.disconnect();
      }),
    );
});
