import { roundChannels, type Architecture, type Part, type Unit } from "./architecture.js";

/** [channels before alpha, repeats, stride of the first, expansion]: table 2 of Sandler et al., "MobileNetV2" (2018). */
const stages = [
  [16, 1, 1, 1],
  [24, 2, 2, 6],
  [32, 3, 2, 6],
  [64, 4, 2, 6],
  [96, 3, 1, 6],
  [160, 3, 2, 6],
  [320, 1, 1, 6],
] as const;

/**
 * MobileNetV2 with Keras's layer names, without its ImageNet head.
 *
 * @param alpha multiplies each layer's channels, the last one's only where it is above 1
 */
export function mobileNetV2(alpha: number): Architecture {
  let channels = roundChannels(32 * alpha);
  const parts: Part[] = [
    {
      kind: "unit",
      unit: {
        convolution: "Conv1",
        normalization: "bn_Conv1",
        depthwise: false,
        size: 3,
        stride: 2,
        inputs: 3,
        outputs: channels,
        activation: "relu6",
      },
    },
  ];
  let index = 0;
  for (const [width, repeats, firstStride, expansion] of stages) {
    // Keras cuts the product to an integer before it rounds to a multiple of 8.
    const outputs = roundChannels(Math.trunc(width * alpha));
    for (let repeat = 0; repeat < repeats; repeat++) {
      parts.push(invertedResidual(index++, channels, outputs, expansion, repeat === 0 ? firstStride : 1));
      channels = outputs;
    }
  }
  const features = alpha > 1 ? roundChannels(1280 * alpha) : 1280;
  parts.push({
    kind: "unit",
    unit: {
      convolution: "Conv_1",
      normalization: "Conv_1_bn",
      depthwise: false,
      size: 1,
      stride: 1,
      inputs: channels,
      outputs: features,
      activation: "relu6",
    },
  });
  return { normalizes: false, parts, features };
}

function invertedResidual(index: number, inputs: number, outputs: number, expansion: number, stride: 1 | 2): Part {
  const prefix = index === 0 ? "expanded_conv" : `block_${index}`;
  const expanded = inputs * expansion;
  const unit = (role: string, part: Omit<Unit, "convolution" | "normalization">): Unit => ({
    convolution: `${prefix}_${role}`,
    normalization: `${prefix}_${role}_BN`,
    ...part,
  });
  const depthwise = unit("depthwise", {
    depthwise: true,
    size: 3,
    stride,
    inputs: expanded,
    outputs: expanded,
    activation: "relu6",
  });
  const pointwise = { depthwise: false, size: 1, stride: 1 } as const;
  const expand = unit("expand", { ...pointwise, inputs, outputs: expanded, activation: "relu6" });
  return {
    kind: "block",
    units: expansion === 1 ? [depthwise] : [expand, depthwise],
    squeeze: null,
    projection: unit("project", { ...pointwise, inputs: expanded, outputs, activation: "none" }),
    residual: stride === 1 && inputs === outputs,
  };
}
