import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { Ops, Tensor4D } from "./ops.js";

/*
 * Kernels that tfjs's wasm backend lacks (the gradient of a convolution's filter), has wrong (`OneHot`, `Log1p`, `Expm1`) or as plain loops
 * (the gradients of a convolution's input and of max pooling, products of transposed matrices). What is heavy in them is left to XNNPACK,
 * which the backend multiplies and convolves with; the rest moves numbers within the heap.
 */

/** A tensor in the backend's heap that tfjs's engine does not know of: who makes it returns or frees it. */
interface Info {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: "float32";
}
type Shape4D = Tensor4D["shape"];
type Kernel = (parameters: { inputs: Record<string, Info>; backend: unknown; attrs: object }) => Info;
type Padding = "valid" | "same";

interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: Padding | [number, number][];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Of the patches of one product: 64 MB. */
const mostPatchNumbers = 2 ** 24;

/** Up to this share of numbers other than 0, going from one to the next takes less time than a product of all. */
const sparse = 1 / 8;

/** Puts the kernels in place. Once in each thread, after the backend is ready. */
export function registerPortableKernels(tf: Ops): void {
  const backend = tf.backend() as unknown as BackendWasm;
  const heap = new Heap(backend);
  const original = (name: string): Kernel => {
    const kernel = tf.getKernel(name, "wasm") as { readonly kernelFunc: unknown } | undefined;
    if (kernel === undefined) throw new Error(`the wasm backend has no ${name}`);
    return kernel.kernelFunc as Kernel;
  };
  const convolve = original("Conv2D");
  const multiply = original("BatchMatMul");
  const inputGradient = original("Conv2DBackpropInput");
  const oneHot = original("OneHot");
  const cast = original("Cast");

  const product = (a: Info, b: Info): Info =>
    multiply({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } });

  const kernels: Readonly<Record<string, Kernel>> = {
    BatchMatMul: ({ inputs, attrs }) => {
      const { a, b } = inputs as { a: Info; b: Info };
      const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
      const plain = !transposeA && !transposeB;
      if (plain || a.shape.length > 2 || b.shape.length > 2) return multiply({ inputs, backend, attrs });
      const left = transposeA ? heap.transposed(a) : a;
      const right = transposeB ? heap.transposed(b) : b;
      const result = product(left, right);
      if (transposeA) heap.free(left);
      if (transposeB) heap.free(right);
      return result;
    },

    // The backend's own writes ones of int32 into a tensor of float32.
    OneHot: ({ inputs, attrs }) => {
      const { dtype = "int32" } = attrs as { dtype?: string };
      const ones = oneHot({ inputs, backend, attrs: { ...attrs, dtype: "int32" } });
      if (dtype === "int32") return ones;
      const result = cast({ inputs: { x: ones }, backend, attrs: { dtype } });
      heap.free(ones);
      return result;
    },

    // The backend's own lose the digits that these functions are there for.
    Log1p: ({ inputs }) => heap.mapped((inputs as Record<"x", Info>).x, Math.log1p),
    Expm1: ({ inputs }) => heap.mapped((inputs as Record<"x", Info>).x, Math.expm1),

    Conv2DBackpropFilter: ({ inputs, attrs }) => {
      const { x, dy } = inputs as Record<"x" | "dy", Info>;
      const { filterShape } = attrs as { filterShape: Shape4D };
      const geometry = convolutionOf(tf, x.shape as Shape4D, filterShape, attrs as ConvolutionAttributes);
      // Behind max pooling nearly all of it is 0.
      if (heap.share(dy) <= sparse) return heap.sparseFilterGradient(x, dy, filterShape, geometry);
      const [height, width, channels, filters] = filterShape;
      const patchSize = height * width * channels;
      const positions = geometry.outHeight * geometry.outWidth;
      const batch = x.shape[0] ?? 0;
      const step = Math.max(1, Math.floor(mostPatchNumbers / (positions * patchSize)));
      const gradient = heap.make(filterShape);
      heap.values(gradient).fill(0);
      for (let from = 0; from < batch; from += step) {
        const to = Math.min(batch, from + step);
        const patches = heap.patches(x, from, to, geometry);
        const gradients = heap.rows(dy, from * positions, to * positions, filters);
        const part = product(patches, gradients);
        const [sums, values] = [heap.values(gradient), heap.values(part)];
        for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (values[i] ?? 0);
        for (const each of [gradients, patches, part]) heap.free(each);
      }
      return gradient;
    },

    Conv2DBackpropInput: (parameters) => {
      const { dy, filter } = parameters.inputs as { dy: Info; filter: Info };
      const { inputShape, ...attrs } = parameters.attrs as ConvolutionAttributes & { inputShape: Shape4D };
      const geometry = convolutionOf(tf, inputShape, filter.shape as Shape4D, attrs);
      const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = geometry;
      if (strideHeight !== 1 || strideWidth !== 1) return inputGradient(parameters);
      // Of stride 1 it is a convolution itself: of the gradient, with the filter turned round.
      const turned = heap.turned(filter);
      const pad = [
        [0, 0],
        [filterHeight - 1 - padInfo.top, filterHeight - 1 - padInfo.bottom],
        [filterWidth - 1 - padInfo.left, filterWidth - 1 - padInfo.right],
        [0, 0],
      ];
      const result = convolve({
        inputs: { x: dy, filter: turned },
        backend,
        attrs: { strides: 1, dilations: 1, dataFormat: "NHWC", pad },
      });
      heap.free(turned);
      return result;
    },

    MaxPoolGrad: ({ inputs, attrs }) => {
      const { dy, input, output } = inputs as { dy: Info; input: Info; output: Info };
      const { filterSize, strides, pad, dimRoundingMode } = attrs as ConvolutionAttributes & { filterSize: number };
      const shape = input.shape as Shape4D;
      const geometry = tf.backend_util.computePool2DInfo(
        shape,
        filterSize,
        strides,
        1,
        pad as Padding,
        dimRoundingMode,
      );
      return heap.poolingGradient(dy, input, output, geometry);
    },
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    const known = tf.getKernel(kernelName, "wasm") as object | undefined;
    if (known !== undefined) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernelFunc as never });
  }
}

/** Where a convolution or a pooling looks. */
type Geometry = ReturnType<Ops["backend_util"]["computePool2DInfo"]>;

function convolutionOf(tf: Ops, x: Shape4D, filter: Shape4D, attributes: ConvolutionAttributes): Geometry {
  const { strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad as Padding, dimRoundingMode);
}

/** Tensors of float32 in the backend's heap. A view of one holds until the next is made: the heap may grow and move. */
class Heap {
  constructor(private readonly backend: BackendWasm) {}

  make(shape: number[]): Info {
    return this.backend.makeOutput(shape, "float32") as Info;
  }

  values(tensor: Info): Float32Array {
    return this.backend.typedArrayFromHeap(tensor) as Float32Array;
  }

  free(tensor: Info): void {
    this.backend.disposeData(tensor.dataId);
  }

  mapped(x: Info, value: (of: number) => number): Info {
    const result = this.make(x.shape);
    const source = this.values(x);
    this.values(result).set(source.map(value));
    return result;
  }

  /** `[rows, columns]` as `[columns, rows]`. */
  transposed(matrix: Info): Info {
    const [rows = 0, columns = 0] = matrix.shape;
    const result = this.make([columns, rows]);
    const source = this.values(matrix);
    const target = this.values(result);
    // In blocks that fit the cache.
    const block = 32;
    for (let row = 0; row < rows; row += block) {
      const lastRow = Math.min(rows, row + block);
      for (let column = 0; column < columns; column += block) {
        const lastColumn = Math.min(columns, column + block);
        for (let j = column; j < lastColumn; j++)
          for (let i = row; i < lastRow; i++) target[j * rows + i] = source[i * columns + j] ?? 0;
      }
    }
    return result;
  }

  /** The share of its numbers that are not 0, from a sample of them. */
  share(tensor: Info): number {
    const values = this.values(tensor);
    let [sample, count] = [0, 0];
    for (let i = 0; i < values.length; i += 61, sample++) if (values[i] !== 0) count++;
    return count / Math.max(1, sample);
  }

  /** The gradient of a filter, from the numbers of `dy` that are not 0. */
  sparseFilterGradient(x: Info, dy: Info, filterShape: Shape4D, geometry: Geometry): Info {
    const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inHeight, inWidth, inChannels } = geometry;
    const { strideHeight, strideWidth, padInfo } = geometry;
    const filters = filterShape[3];
    const width = filterWidth * inChannels;
    const patchSize = filterHeight * width;
    const result = this.make(filterShape);
    const [source, gradient] = [this.values(x), this.values(dy)];
    /** `[filters, patch]`. */
    const sums = new Float64Array(filters * patchSize);
    let at = 0;
    for (let image = 0; image < batchSize; image++) {
      for (let row = 0; row < outHeight; row++) {
        const top = row * strideHeight - padInfo.top;
        for (let column = 0; column < outWidth; column++) {
          const left = column * strideWidth - padInfo.left;
          const first = Math.max(0, -left) * inChannels;
          const last = Math.min(width, (inWidth - left) * inChannels);
          for (let filter = 0; filter < filters; filter++) {
            const share = gradient[at++] ?? 0;
            if (share === 0) continue;
            for (let y = Math.max(0, -top); y < filterHeight && top + y < inHeight; y++) {
              const place = ((image * inHeight + top + y) * inWidth + left) * inChannels;
              const to = filter * patchSize + y * width;
              for (let i = first; i < last; i++) sums[to + i] = (sums[to + i] ?? 0) + share * (source[place + i] ?? 0);
            }
          }
        }
      }
    }
    const target = this.values(result);
    for (let filter = 0; filter < filters; filter++)
      for (let i = 0; i < patchSize; i++) target[i * filters + filter] = sums[filter * patchSize + i] ?? 0;
    return result;
  }

  /** Rows `from` to `to` of a tensor seen as a matrix of so many columns. */
  rows(tensor: Info, from: number, to: number, columns: number): Info {
    const result = this.make([to - from, columns]);
    this.values(result).set(this.values(tensor).subarray(from * columns, to * columns));
    return result;
  }

  /** What each number of a filter sees at each of its positions on images `from` to `to`, 0 outside: `[patch, positions]`. */
  patches(x: Info, from: number, to: number, geometry: Geometry): Info {
    const { outHeight, outWidth, filterHeight, filterWidth, inHeight, inWidth, inChannels, padInfo } = geometry;
    const { strideHeight, strideWidth } = geometry;
    const positions = (to - from) * outHeight * outWidth;
    const result = this.make([filterHeight * filterWidth * inChannels, positions]);
    const source = this.values(x);
    const target = this.values(result).fill(0);
    const step = strideWidth * inChannels;
    // An image's numbers stay in the cache while all of its patches are read.
    for (let image = from; image < to; image++) {
      for (let y = 0; y < filterHeight; y++) {
        for (let x = 0; x < filterWidth; x++) {
          const first = Math.max(0, Math.ceil((padInfo.left - x) / strideWidth));
          const last = Math.min(outWidth, Math.ceil((inWidth + padInfo.left - x) / strideWidth));
          for (let channel = 0; channel < inChannels; channel++) {
            const line = ((y * filterWidth + x) * inChannels + channel) * positions;
            for (let row = 0; row < outHeight; row++) {
              const top = row * strideHeight - padInfo.top + y;
              if (top < 0 || top >= inHeight) continue;
              const at = line + ((image - from) * outHeight + row) * outWidth;
              const left = first * strideWidth + x - padInfo.left;
              let place = ((image * inHeight + top) * inWidth + left) * inChannels + channel;
              for (let column = first; column < last; column++, place += step) target[at + column] = source[place] ?? 0;
            }
          }
        }
      }
    }
    return result;
  }

  /** A filter `[height, width, in, out]` turned by 180 degrees, as `[height, width, out, in]`. */
  turned(filter: Info): Info {
    const [height, width, inputs, outputs] = filter.shape as Shape4D;
    const result = this.make([height, width, outputs, inputs]);
    const source = this.values(filter);
    const target = this.values(result);
    const places = height * width;
    for (let place = 0; place < places; place++) {
      const from = (places - 1 - place) * inputs * outputs;
      const to = place * inputs * outputs;
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) target[to + o * inputs + i] = source[from + i * outputs + o] ?? 0;
    }
    return result;
  }

  /** The gradient goes to the first maximum of each window, row by row. */
  poolingGradient(dy: Info, input: Info, output: Info, geometry: Geometry): Info {
    const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inHeight, inWidth, inChannels } = geometry;
    const { strideHeight, strideWidth, padInfo } = geometry;
    const result = this.make(input.shape);
    const gradient = this.values(result).fill(0);
    const [source, maxima, share] = [this.values(input), this.values(output), this.values(dy)];
    let at = 0;
    for (let image = 0; image < batchSize; image++) {
      for (let row = 0; row < outHeight; row++) {
        const top = row * strideHeight - padInfo.top;
        const [firstY, lastY] = [Math.max(0, top), Math.min(inHeight, top + filterHeight)];
        for (let column = 0; column < outWidth; column++) {
          const left = column * strideWidth - padInfo.left;
          const [firstX, lastX] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)];
          for (let channel = 0; channel < inChannels; channel++, at++) {
            const maximum = maxima[at];
            window: for (let y = firstY; y < lastY; y++) {
              for (let x = firstX; x < lastX; x++) {
                const place = ((image * inHeight + y) * inWidth + x) * inChannels + channel;
                if (source[place] !== maximum) continue;
                gradient[place] = (gradient[place] ?? 0) + (share[at] ?? 0);
                break window;
              }
            }
          }
        }
      }
    }
    return result;
  }
}
