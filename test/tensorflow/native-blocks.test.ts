import assert from "node:assert/strict";
import { convolution, dense, globalAveragePool } from "../../src/tensorflow/native-blocks.js";
import {
  fastKernels,
  patchedFilterGradient,
  plainKernels,
  prefersPatches,
} from "../../src/tensorflow/native-kernels.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops, Tensor, Tensor1D, Tensor2D, Tensor4D } from "../../src/tensorflow/ops.js";
import { hasAvx512 } from "../../src/tensorflow/processor.js";
import { nativeOnly } from "../support/backend.js";

describe("native blocks", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  const random = (shape: number[], seed: number): Tensor => tf.randomUniform(shape, -1, 1, "float32", seed);

  /** Value and all gradients of both, within 1e-5 of the composed one's largest. */
  function assertSame(
    inputs: Tensor[],
    block: (...inputs: Tensor[]) => Tensor,
    composed: (...inputs: Tensor[]) => Tensor,
  ): void {
    tf.tidy(() => {
      const dy = random(composed(...inputs).shape, 99);
      const [ours, plain] = [block, composed].map((f) => {
        const { value, grads } = tf.valueAndGrads((...xs) => tf.sum(tf.mul(f(...xs), dy)))(inputs);
        return [f(...inputs), value, ...grads];
      }) as [Tensor[], Tensor[]];
      assert.equal(ours.length, plain.length);
      ours.forEach((tensor, i) => {
        assert.deepEqual(tensor.shape, plain[i]!.shape);
        const difference = tf.max(tf.abs(tf.sub(tensor, plain[i]!))).dataSync()[0]!;
        const largest = tf.max(tf.abs(plain[i]!)).dataSync()[0]!;
        assert.ok(largest > 0, "the comparison must compare something");
        assert.ok(difference <= 1e-5 * largest, `output ${i}: off by ${difference} of ${largest}`);
      });
    });
  }

  for (const path of ["fast", "plain"] as const) {
    const kernels = () => (path === "fast" ? fastKernels(tf) : plainKernels(tf));
    for (const pool of [null, 2, 4]) {
      for (const padding of ["valid", "same"] as const) {
        for (const activation of ["relu", "none"] as const) {
          it(`convolution, ${path} kernels, ${padding}, ${activation}, pool ${pool ?? "none"}`, () => {
            const inputs = [random([2, 15, 13, 3], 1), random([3, 3, 3, 8], 2), random([8], 3)];
            const options = { padding, activation, pool, inputGradient: true };
            assertSame(
              inputs,
              (x, w, b) => convolution(tf, x as Tensor4D, w as Tensor4D, b as Tensor1D, options, kernels()),
              (x, w, b) => {
                const biased = tf.add(tf.conv2d(x as Tensor4D, w as Tensor4D, 1, padding), b);
                const activated = (activation === "relu" ? tf.relu(biased) : biased) as Tensor4D;
                return pool === null ? activated : tf.maxPool(activated, pool, pool, "valid");
              },
            );
          });
        }
      }
    }

    for (const activation of ["relu", "none"] as const) {
      it(`dense, ${path} kernels, ${activation}`, () => {
        assertSame(
          [random([4, 7], 1), random([7, 9], 2), random([9], 3)],
          (x, w, b) => dense(tf, x as Tensor2D, w as Tensor2D, b as Tensor1D, activation, kernels()),
          (x, w, b) => {
            const biased = tf.add(tf.matMul(x, w), b);
            return activation === "relu" ? tf.relu(biased) : biased;
          },
        );
      });
    }

    it(`global average pooling, ${path} kernels`, () => {
      assertSame(
        [random([2, 5, 6, 4], 1)],
        (x) => globalAveragePool(tf, x as Tensor4D, kernels()),
        (x) => tf.mean(x, [1, 2]),
      );
    });
  }

  for (const padding of ["valid", "same"] as const) {
    it(`the filter's gradient by patches is the convolution's own, ${padding}`, () => {
      for (const [channels, filter] of [
        [1, 3],
        [3, 3],
        [4, 2],
        [3, 5],
      ] as const)
        tf.tidy(() => {
          const x = random([3, 19, 17, channels], 1) as Tensor4D;
          const shape: Tensor4D["shape"] = [filter, filter, channels, 6];
          const dy = random(tf.conv2d(x, random(shape, 2) as Tensor4D, 1, padding).shape, 3) as Tensor4D;
          const own = plainKernels(tf).filterGradient(dy, x, shape, padding);
          const patched = patchedFilterGradient(tf, dy, x, shape, padding);
          assert.deepEqual(patched.shape, shape);
          const [difference, largest] = [tf.sub(own, patched), own].map((t) => tf.max(tf.abs(t)).dataSync()[0]!);
          assert.ok(largest! > 1 && difference! <= 1e-5 * largest!, `off by ${difference} of ${largest}`);
        });
    });
  }

  it("prefers patches for many small filters over large images of few channels alone", () => {
    const photo: Tensor4D["shape"] = [64, 126, 126, 64];
    assert.ok(prefersPatches([3, 3, 3, 64], photo));
    assert.ok(prefersPatches([4, 4, 3, 64], photo));
    const others: readonly (readonly [Tensor4D["shape"], Tensor4D["shape"]])[] = [
      [[3, 3, 3, 16], photo],
      [[3, 3, 3, 32], photo],
      [[7, 7, 3, 64], photo],
      [[3, 3, 64, 128], photo],
      [
        [3, 3, 3, 64],
        [64, 62, 62, 64],
      ],
    ];
    for (const [shape, dy] of others) assert.ok(!prefersPatches(shape, dy), `${shape.join()} on ${dy.join()}`);
  });

  nativeOnly("takes patches where the processor lacks AVX-512", function () {
    const withOneDnn = tf.tidy(() => fastKernels(tf).maxPool(tf.ones([1, 4, 4, 1]), 2).workspace !== null);
    if (hasAvx512() || !withOneDnn) this.skip();
    const x = random([1, 102, 102, 3], 1) as Tensor4D;
    const dy = random([1, 100, 100, 64], 2) as Tensor4D;
    const shape: Tensor4D["shape"] = [3, 3, 3, 64];
    const found = fastKernels(tf).filterGradient(dy, x, shape, "valid");
    const expected = patchedFilterGradient(tf, dy, x, shape, "valid");
    assert.deepEqual(found.dataSync(), expected.dataSync());
    tf.dispose([x, dy, found, expected]);
  });

  nativeOnly("uses oneDNN's pooling on x86", function () {
    if (process.arch !== "x64") this.skip();
    const pooled = tf.tidy(() => fastKernels(tf).maxPool(tf.ones([1, 4, 4, 1]), 2).workspace !== null);
    assert.equal(pooled, true);
  });

  it("computes no gradient for images that are data", () => {
    tf.tidy(() => {
      const [x, w, b] = [random([2, 8, 8, 3], 1), random([3, 3, 3, 4], 2), random([4], 3)];
      const options = { padding: "valid", activation: "relu", pool: 2, inputGradient: false } as const;
      const f = (filter: Tensor) => tf.sum(convolution(tf, x as Tensor4D, filter as Tensor4D, b as Tensor1D, options));
      const same = (filter: Tensor) =>
        tf.sum(convolution(tf, x as Tensor4D, filter as Tensor4D, b as Tensor1D, { ...options, inputGradient: true }));
      assert.deepEqual(tf.grad(f)(w).dataSync(), tf.grad(same)(w).dataSync());
    });
  });

  it("leaves no tensor behind", () => {
    const inputs = [random([2, 8, 8, 3], 1), random([3, 3, 3, 4], 2), random([4], 3)] as const;
    const options = { padding: "valid", activation: "relu", pool: 2, inputGradient: true } as const;
    const run = (): void => {
      const { value, grads } = tf.valueAndGrads((x, w, b) =>
        tf.sum(globalAveragePool(tf, convolution(tf, x as Tensor4D, w as Tensor4D, b as Tensor1D, options))),
      )([...inputs]);
      tf.dispose([value, ...grads]);
    };
    run();
    const before = tf.memory().numTensors;
    run();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([...inputs]);
  });
});
