import { studentSettings, withDropout, type StudentSettings } from "./dropout.js";
import type { SequentialNetwork } from "./model.js";

/**
 * The article's shallow student: Conv 64 3x3 relu, MaxPool 4x4, Conv 128 3x3 relu, global average pooling, Dense 512
 * relu, Dense to the logits. 144,261 parameters for five classes at any image size.
 */
export const shallow: SequentialNetwork<StudentSettings> = {
  name: "shallow",
  summary: "The article's small student: two convolutions, 144,261 parameters for five classes.",
  revision: 1,
  settings: studentSettings,
  minimumImageSize: () => 14,
  layers: (classes, settings) =>
    withDropout(
      [
        { kind: "conv", filters: 64, kernel: 3, padding: "valid", activation: "relu" },
        { kind: "maxPool", size: 4 },
        { kind: "conv", filters: 128, kernel: 3, padding: "valid", activation: "relu" },
        { kind: "globalAveragePool" },
        { kind: "dense", units: 512, activation: "relu" },
        { kind: "dense", units: classes, activation: "none" },
      ],
      settings,
    ),
};
