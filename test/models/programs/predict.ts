/*
 * Loads a LayersModel with plain TensorFlow.js, as a browser does, and writes its logits of some images to stdout.
 * Arguments: the model's folder; a file of float32 images; the image size.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";

const [folder = "", images = "", size = "0"] = process.argv.slice(2);
await tf.setBackend("cpu");
const fetchFunc = (address: string | URL | Request): Promise<Response> => {
  const path = new Request(address).url;
  return Promise.resolve(
    new Response(readFileSync(join(folder, path.replace("http://model/", ""))), {
      headers: { "Content-Type": path.endsWith(".json") ? "application/json" : "application/octet-stream" },
    }),
  );
};
const model = await tf.loadLayersModel(tf.io.browserHTTPRequest("http://model/model.json", { fetchFunc }));
const bytes = readFileSync(images);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const side = Number(size);
const x = tf.tensor4d(values, [values.length / (side * side * 3), side, side, 3]);
const logits = model.predict(x) as tf.Tensor;
process.stdout.write(
  JSON.stringify({
    logits: [...logits.dataSync()],
    metadata: model.getUserDefinedMetadata(),
    parameters: model.countParams(),
  }),
);
