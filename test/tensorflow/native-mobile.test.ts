import assert from "node:assert/strict";

import {
  mobileKernels,
  nativeMobileKernels,
  plainMobileKernels,
  type MobileKernels,
} from "../../src/tensorflow/native-mobile-kernels.js";
import {
  normalizedConvolution,
  scaleChannels,
  type NormalizedConvolutionOptions,
} from "../../src/tensorflow/native-mobile.js";
import { nativeOps } from "../../src/tensorflow/native.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops, Tensor, Tensor1D, Tensor4D } from "../../src/tensorflow/ops.js";
import { Random } from "../../src/trial/random.js";
import { onNative } from "../support/backend.js";

function close(actual: Tensor, expected: Tensor, what: string): void {
  assert.deepEqual(actual.shape, expected.shape, what);
  const found = actual.dataSync<"float32">();
  const wanted = expected.dataSync<"float32">();
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  wanted.forEach((value, index) => {
    const difference = Math.abs(value - found[index]!);
    assert.ok(difference <= 1e-5 * largest, `${what}: element ${index} differs by ${difference} of ${largest}`);
  });
}

describe("blocks of mobile networks", () => {
  let tf: Ops;
  before(async function () {
    if (!onNative) this.skip();
    tf = await loadTensorFlow();
  });

  const random = new Random(7);
  const tensor = (shape: number[], scale = 2, offset = 0): Tensor => {
    const count = shape.reduce((product, side) => product * side, 1);
    return tf.tensor(
      Float32Array.from({ length: count }, () => offset + scale * (random.float() - 0.5)),
      shape,
    );
  };

  const variants: (Omit<NormalizedConvolutionOptions, "inputGradient"> & { readonly size: number; side: number })[] = [
    { depthwise: false, size: 3, stride: 2, activation: "relu6", side: 9 },
    { depthwise: false, size: 1, stride: 1, activation: "none", side: 6 },
    { depthwise: false, size: 1, stride: 1, activation: "swish", side: 5 },
    { depthwise: true, size: 3, stride: 1, activation: "relu6", side: 7 },
    { depthwise: true, size: 3, stride: 2, activation: "relu6", side: 8 },
    { depthwise: true, size: 5, stride: 2, activation: "swish", side: 7 },
  ];
  const kernelSets: [string, (tf: Ops) => MobileKernels][] = [
    ["fastest", mobileKernels],
    ["native", (ops) => nativeMobileKernels(ops, nativeOps(ops)!)],
    ["plain", plainMobileKernels],
  ];

  for (const [set, kernelsOf] of kernelSets) {
    for (const { size, side, ...options } of variants) {
      const { depthwise, stride, activation } = options;
      const kind = `${depthwise ? "depthwise" : "full"} ${size}x${size}, stride ${stride}, ${activation}`;
      it(`${set}: ${kind}: value and gradients are those that tfjs composes`, () => {
        const before = tf.memory().numTensors;
        const outputs = depthwise ? 5 : 6;
        const x = tensor([2, side, side, 5]) as Tensor4D;
        const kernel = tensor([size, size, 5, depthwise ? 1 : 6]) as Tensor4D;
        const gamma = tensor([outputs], 4, 3) as Tensor1D;
        const beta = tensor([outputs], 2, 1) as Tensor1D;
        const mean = tensor([outputs]) as Tensor1D;
        const variance = tensor([outputs], 0.5, 0.5) as Tensor1D;
        const outputSide = Math.ceil(side / stride);
        const dy = tensor([2, outputSide, outputSide, outputs]) as Tensor4D;

        const composed = (a: Tensor, w: Tensor, g: Tensor, b: Tensor): Tensor => {
          const [images, filter] = [a as Tensor4D, w as Tensor4D];
          const z = depthwise
            ? tf.depthwiseConv2d(images, filter, stride, "same")
            : tf.conv2d(images, filter, stride, "same");
          const normalized = tf.batchNorm4d(z, mean, variance, b as Tensor1D, g as Tensor1D, 1e-3);
          if (activation === "relu6") return tf.relu6(normalized);
          return activation === "swish" ? tf.mul(normalized, tf.sigmoid(normalized)) : normalized;
        };
        const block = (inputGradient: boolean, a: Tensor, w: Tensor, g: Tensor, b: Tensor): Tensor =>
          normalizedConvolution(
            tf,
            a as Tensor4D,
            { kernel: w as Tensor4D, gamma: g as Tensor1D, beta: b as Tensor1D },
            { mean, inverseDeviation: tf.rsqrt(tf.add(variance, 1e-3)) },
            { ...options, inputGradient },
            kernelsOf(tf),
          );
        tf.tidy(() => {
          const inputs = [x, kernel, gamma, beta];
          const wanted = tf.valueAndGrads<Tensor>(composed)(inputs, dy);
          const found = tf.valueAndGrads<Tensor>(block.bind(null, true))(inputs, dy);
          close(found.value, wanted.value, "value");
          ["x", "kernel", "gamma", "beta"].forEach((name, i) => {
            close(found.grads[i]!, wanted.grads[i]!, name);
          });
          // Where x is data the weights' gradients are the same.
          const data = (w: Tensor, g: Tensor, b: Tensor): Tensor => block(false, x, w, g, b);
          const weights = tf.grads(data)(inputs.slice(1), dy);
          ["kernel", "gamma", "beta"].forEach((name, i) => {
            close(weights[i]!, wanted.grads[i + 1]!, name);
          });
        });
        tf.dispose([x, kernel, gamma, beta, mean, variance, dy]);
        assert.equal(tf.memory().numTensors, before);
      });
    }
  }

  it("scales channels, with both gradients", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tensor([2, 4, 3, 5]) as Tensor4D;
      const weights = tensor([2, 1, 1, 5]) as Tensor4D;
      const dy = tensor([2, 4, 3, 5]) as Tensor4D;
      const wanted = tf.valueAndGrads((a, b) => tf.mul(a, b))([x, weights], dy);
      const scaled = (a: Tensor, b: Tensor): Tensor => scaleChannels(tf, a as Tensor4D, b as Tensor4D);
      const found = tf.valueAndGrads(scaled)([x, weights], dy);
      close(found.value, wanted.value, "value");
      close(found.grads[0]!, wanted.grads[0]!, "x");
      close(found.grads[1]!, wanted.grads[1]!, "weights");
    });
    assert.equal(tf.memory().numTensors, before);
  });
});
