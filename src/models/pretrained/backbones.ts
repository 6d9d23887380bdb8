import type { PretrainedBackbone } from "./backbone.js";
import { efficientNetB0 } from "./efficientnet.js";
import { makeBackbone } from "./make-backbone.js";
import { mobileNetV2 } from "./mobilenet_v2.js";
import { centred, normalized, rescaleLikeImageNet, unchanged } from "./preprocessing.js";
import { fineTuning, mobileNetFineTuning, type FineTuning, type MobileNetFineTuning } from "./settings.js";
import { efficientNetB0ImageNetMd5, efficientNetB0Weights, mobileNetV2Weights } from "./weight-files.js";

/** The alphas of which Keras has ImageNet weights, as its files spell them. */
const alphas = ["0.35", "0.5", "0.75", "1.0", "1.3", "1.4"] as const;

function mobileNet(alpha: (typeof alphas)[number]): PretrainedBackbone<MobileNetFineTuning> {
  return makeBackbone({
    name: `mobilenet_v2_${alpha}`,
    summary: `MobileNetV2 of width ${alpha} with ImageNet weights, fine-tuned.`,
    revision: 1,
    settings: mobileNetFineTuning,
    architecture: mobileNetV2(Number(alpha)),
    preprocess: ({ preprocessing }) => (preprocessing === "keras" ? centred : unchanged),
    officialWeights: (imageSize) => {
      const own = mobileNetV2Weights(alpha, imageSize);
      const general = mobileNetV2Weights(alpha, 224);
      return own.fileName === general.fileName ? [own] : [own, general];
    },
  });
}

/** MobileNetV2 in each width of which Keras has ImageNet weights. */
export const mobileNets: readonly PretrainedBackbone<MobileNetFineTuning>[] = alphas.map(mobileNet);

/** Whether Keras made the model with ImageNet weights: it then rescales the colours behind the normalization too. */
function rescalesTwice(layers: readonly string[]): boolean {
  return layers.filter((name) => /^rescaling(_\d+)?$/.test(name)).length > 1;
}

/** EfficientNetB0, which in Keras takes colours from 0 to 255 and normalizes them itself. */
export const efficientNet: PretrainedBackbone = makeBackbone<FineTuning>({
  name: "efficientnet_b0",
  summary: "EfficientNetB0 with ImageNet weights, fine-tuned.",
  revision: 2,
  settings: fineTuning,
  architecture: efficientNetB0(),
  preprocess: () => normalized,
  adapt: ({ layers, md5, values }, tensors) => {
    if (md5 === efficientNetB0ImageNetMd5 || rescalesTwice(layers)) rescaleLikeImageNet(tensors, values);
  },
  officialWeights: () => [efficientNetB0Weights],
});
