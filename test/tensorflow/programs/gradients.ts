// What a backend makes of the project's networks, a JSON line each on stdout: objective and gradient on the same numbers.
// The backend is the environment's.
import { forward, initialParameters, parameterTensors } from "../../../src/models/network.js";
import { backbones, students } from "../../../src/models/registry.js";
import { loadTensorFlow } from "../../../src/tensorflow/load.js";
import type { Tensor, Tensor1D, Tensor4D } from "../../../src/tensorflow/ops.js";
import { Random } from "../../../src/trial/random.js";

const [batch, side, classes] = [6, 59, 5];
const tf = await loadTensorFlow();
const random = new Random(7);
const pixels = Float32Array.from({ length: batch * side * side * 3 }, () => random.float());
// One area of one colour, as drawn images have it: windows whose maximum stands in several places.
pixels.fill(0.5, 0, pixels.length / 3);

const scratch = [...backbones].filter((backbone) => backbone.kind === "scratch");
for (const network of [...students, ...scratch]) {
  const layers = network.layers(classes, network.settings.parse({}));
  tf.tidy(() => {
    const parameters = tf.tensor1d(initialParameters(parameterTensors(layers), 3));
    const x: Tensor4D = tf.tensor4d(pixels, [batch, side, side, 3]);
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 4, 0], "int32"), classes, 1, 0, "float32");
    const objective = (vector: Tensor): Tensor =>
      tf.losses.softmaxCrossEntropy(labels, forward(tf, layers, vector as Tensor1D, x));
    const { value, grads } = tf.valueAndGrads(objective)([parameters]);
    const gradient = [...(grads[0]?.dataSync() ?? [])];
    console.log(JSON.stringify({ name: network.name, objective: value.dataSync()[0], gradient }));
  });
}
