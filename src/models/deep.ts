import { studentSettings, withDropout, type StudentSettings } from "./dropout.js";
import type { SequentialNetwork } from "./model.js";

/**
 * The article's deeper student: the shallow one with MaxPool 4x4 and Conv 256 3x3 relu before the global average
 * pooling. 504,965 parameters for five classes at any image size.
 */
export const deep: SequentialNetwork<StudentSettings> = {
  name: "deep",
  summary: "The article's deeper student: three convolutions, 504,965 parameters for five classes.",
  revision: 1,
  settings: studentSettings,
  minimumImageSize: () => 58,
  layers: (classes, settings) =>
    withDropout(
      [
        { kind: "conv", filters: 64, kernel: 3, padding: "valid", activation: "relu" },
        { kind: "maxPool", size: 4 },
        { kind: "conv", filters: 128, kernel: 3, padding: "valid", activation: "relu" },
        { kind: "maxPool", size: 4 },
        { kind: "conv", filters: 256, kernel: 3, padding: "valid", activation: "relu" },
        { kind: "globalAveragePool" },
        { kind: "dense", units: 512, activation: "relu" },
        { kind: "dense", units: classes, activation: "none" },
      ],
      settings,
    ),
};
