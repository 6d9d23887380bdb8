import type { Architecture, Part, Unit } from "./architecture.js";

/** [filter size, repeats, channels, stride of the first, expansion]: table 1 of Tan, Le, "EfficientNet" (2019). */
const stages = [
  [3, 1, 16, 1, 1],
  [3, 2, 24, 2, 6],
  [5, 2, 40, 2, 6],
  [3, 3, 80, 2, 6],
  [5, 3, 112, 1, 6],
  [5, 4, 192, 2, 6],
  [3, 1, 320, 1, 6],
] as const;

const features = 1280;
const pointwise = { depthwise: false, size: 1, stride: 1 } as const;

/** EfficientNetB0 with Keras's layer names, without its ImageNet head. Its dropout layers do nothing in inference mode. */
export function efficientNetB0(): Architecture {
  let channels = 32;
  const stem: Unit = {
    convolution: "stem_conv",
    normalization: "stem_bn",
    depthwise: false,
    size: 3,
    stride: 2,
    inputs: 3,
    outputs: channels,
    activation: "swish",
  };
  const parts: Part[] = [{ kind: "unit", unit: stem }];
  stages.forEach(([size, repeats, outputs, firstStride, expansion], stage) => {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const prefix = `block${stage + 1}${"abcd".charAt(repeat)}_`;
      parts.push(block(prefix, { size, stride: repeat === 0 ? firstStride : 1, inputs: channels, outputs, expansion }));
      channels = outputs;
    }
  });
  const top = { convolution: "top_conv", normalization: "top_bn", ...pointwise };
  parts.push({ kind: "unit", unit: { ...top, inputs: channels, outputs: features, activation: "swish" } });
  return { normalizes: true, parts, features };
}

function block(
  prefix: string,
  shape: Pick<Unit, "size" | "stride" | "inputs" | "outputs"> & { readonly expansion: number },
): Part {
  const { size, stride, inputs, outputs, expansion } = shape;
  const expanded = inputs * expansion;
  const expand: Unit = {
    convolution: `${prefix}expand_conv`,
    normalization: `${prefix}expand_bn`,
    ...pointwise,
    inputs,
    outputs: expanded,
    activation: "swish",
  };
  const depthwise: Unit = {
    convolution: `${prefix}dwconv`,
    normalization: `${prefix}bn`,
    depthwise: true,
    size,
    stride,
    inputs: expanded,
    outputs: expanded,
    activation: "swish",
  };
  return {
    kind: "block",
    units: expansion === 1 ? [depthwise] : [expand, depthwise],
    squeeze: {
      reduce: `${prefix}se_reduce`,
      expand: `${prefix}se_expand`,
      channels: expanded,
      // A quarter of the block's input channels.
      reduced: Math.max(1, Math.trunc(inputs / 4)),
    },
    projection: {
      convolution: `${prefix}project_conv`,
      normalization: `${prefix}project_bn`,
      ...pointwise,
      inputs: expanded,
      outputs,
      activation: "none",
    },
    residual: stride === 1 && inputs === outputs,
  };
}
