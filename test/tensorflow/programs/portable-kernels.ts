// The portable backend's own kernels against plain loops in double precision, and what they leave behind; on stdout, as
// JSON, the names of what is off. A process of its own: the backend is the environment's.
import { loadTensorFlow } from "../../../src/tensorflow/load.js";
import type { Tensor, Tensor2D, Tensor4D } from "../../../src/tensorflow/ops.js";
import { Random } from "../../../src/trial/random.js";

const tf = await loadTensorFlow();
const random = new Random(11);
const off: string[] = [];
const backend = tf.backend() as unknown as { numDataIds(): number };

type Shape = [number, number, number, number];
const values = (shape: readonly number[], zeros = 0): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => (random.float() < zeros ? 0 : random.normal()));

function close(name: string, found: Tensor, wanted: Float64Array): void {
  const got = found.dataSync();
  const scale = Math.max(...wanted.map(Math.abs));
  const worst = Math.max(...wanted.map((value, i) => Math.abs(value - (got[i] ?? NaN))));
  if (!(worst <= 1e-5 * scale) || got.length !== wanted.length) off.push(`${name}: ${worst} of ${scale}`);
}

/** Both gradients of a convolution by its definition. */
function gradients(
  x: Float32Array,
  [n, h, w, c]: Shape,
  filter: Float32Array,
  [kh, kw, , f]: Shape,
  dy: Float32Array,
  [oh, ow]: [number, number],
  stride: number,
  [top, left]: [number, number],
): { dx: Float64Array; dFilter: Float64Array } {
  const dx = new Float64Array(x.length);
  const dFilter = new Float64Array(filter.length);
  for (let i = 0; i < n; i++)
    for (let row = 0; row < oh; row++)
      for (let column = 0; column < ow; column++)
        for (let o = 0; o < f; o++) {
          const share = dy[((i * oh + row) * ow + column) * f + o]!;
          for (let a = 0; a < kh; a++)
            for (let b = 0; b < kw; b++) {
              const [y, z] = [row * stride + a - top, column * stride + b - left];
              if (y < 0 || y >= h || z < 0 || z >= w) continue;
              for (let k = 0; k < c; k++) {
                const at = ((i * h + y) * w + z) * c + k;
                const weight = ((a * kw + b) * c + k) * f + o;
                dx[at]! += share * filter[weight]!;
                dFilter[weight]! += share * x[at]!;
              }
            }
        }
  return { dx, dFilter };
}

for (const [shape, filterShape, stride, pad] of [
  [[3, 9, 7, 4], [3, 3, 4, 5], 1, "valid"],
  [[3, 9, 7, 4], [3, 3, 4, 5], 1, "same"],
  [[2, 8, 8, 3], [3, 3, 3, 6], 2, "same"],
  [[2, 9, 9, 3], [3, 3, 3, 6], 2, "valid"],
  [[2, 6, 5, 2], [2, 4, 2, 3], 1, "same"],
  [[2, 5, 5, 7], [1, 1, 7, 4], 1, "valid"],
  [[1, 7, 7, 1], [5, 5, 1, 1], 3, "same"],
] as [Shape, Shape, number, "valid" | "same"][]) {
  const { outHeight, outWidth, padInfo } = tf.backend_util.computeConv2DInfo(shape, filterShape, stride, 1, pad);
  for (const zeros of [0, 0.95]) {
    const [x, filter] = [values(shape), values(filterShape)];
    const dy = values([shape[0], outHeight, outWidth, filterShape[3]], zeros);
    const out: [number, number] = [outHeight, outWidth];
    const wanted = gradients(x, shape, filter, filterShape, dy, out, stride, [padInfo.top, padInfo.left]);
    tf.tidy(() => {
      const inputs = { x: tf.tensor4d(x, shape), filter: tf.tensor4d(filter, filterShape) };
      const from = tf.tensor4d(dy, [shape[0], outHeight, outWidth, filterShape[3]]);
      const attributes = { strides: stride, pad, dataFormat: "NHWC" };
      const run = (name: string, given: object, more: object): Tensor4D =>
        tf.engine().runKernel(name, given as never, { ...attributes, ...more });
      const what = `${JSON.stringify([shape, filterShape, stride, pad])}, ${zeros * 100} % zeros`;
      close(`filter ${what}`, run("Conv2DBackpropFilter", { x: inputs.x, dy: from }, { filterShape }), wanted.dFilter);
      const given = { dy: from, filter: inputs.filter };
      close(`input ${what}`, run("Conv2DBackpropInput", given, { inputShape: shape }), wanted.dx);
    });
  }
}

tf.tidy(() => {
  // The maximum of the first window stands twice: its first place has the gradient.
  const x = tf.tensor4d([1, 5, 2, 0, 5, 3, 7, 1, 0, 0, 0, 0, 9, 9, 9, 9], [1, 4, 4, 1]);
  const pooled = tf.grad((image) =>
    tf.sum(
      tf.mul(tf.maxPool(image as Tensor4D, 2, 2, "valid"), [
        [
          [[2], [3]],
          [[4], [5]],
        ],
      ]),
    ),
  );
  close("pooling", pooled(x), Float64Array.from([0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4, 0, 5, 0]));
  const overlapping = tf.grad((image) => tf.sum(tf.maxPool(image as Tensor4D, 3, 2, "same")));
  close("overlapping pooling", overlapping(x), Float64Array.from([0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 1, 0]));
});

for (const [transposeA, transposeB] of [
  [true, false],
  [false, true],
  [true, true],
] as const) {
  tf.tidy(() => {
    const [a, b] = [values([37, 41]), values([41, 33])];
    const wanted = new Float64Array(37 * 33);
    for (let i = 0; i < 37; i++)
      for (let j = 0; j < 33; j++) for (let k = 0; k < 41; k++) wanted[i * 33 + j]! += a[i * 41 + k]! * b[k * 33 + j]!;
    const [left, right] = [tf.tensor2d(a, [37, 41]), tf.tensor2d(b, [41, 33])];
    const turned = (matrix: Tensor2D, turn: boolean): Tensor2D => (turn ? tf.transpose(matrix) : matrix);
    const product = tf.matMul(turned(left, transposeA), turned(right, transposeB), transposeA, transposeB);
    close(`matMul ${transposeA} ${transposeB}`, product, wanted);
  });
}

tf.tidy(() => {
  close("oneHot", tf.oneHot(tf.tensor1d([2, 0], "int32"), 3, 1, 0, "float32"), Float64Array.from([0, 0, 1, 1, 0, 0]));
  const small = Float32Array.from([1e-7, -1e-6, 1e-4, 0.3]);
  close("log1p", tf.log1p(small), Float64Array.from(small, Math.log1p));
  close("expm1", tf.expm1(small), Float64Array.from(small, Math.expm1));
});

// Each kernel frees what it made on its way.
if (backend.numDataIds() !== 0) off.push(`${backend.numDataIds()} tensors are left in the backend`);
console.log(JSON.stringify({ backend: tf.getBackend(), off }));
