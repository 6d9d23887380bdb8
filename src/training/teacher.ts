import type { LogitsInfo, LogitsSpec, TeacherInfo, TeacherSpec } from "../artifacts/artifact.js";
import { augmentations } from "../data/augmentation/registry.js";
import { trainingPart, type ImageArray } from "../data/images.js";
import type { Backbone } from "../models/backbone.js";
import { backbones } from "../models/registry.js";
import { backendOf } from "../tensorflow/load.js";
import type { Ops } from "../tensorflow/ops.js";
import { BatchMaker } from "./batch.js";
import { bytes } from "./bytes.js";
import { fineTune, fineTunedNetwork } from "./fine-tune.js";
import type { TrainingOptions } from "./loop.js";
import { logitsBatchSize, type Predicted, predictLogits } from "./predict.js";
import { refuseNonFinite, savedNetwork, savedTeacher } from "./saved.js";
import { scratchNetwork, trainFromScratch } from "./scratch.js";
import { tableLogits, tableTeacher } from "./table.js";
import type { TaughtNetwork } from "./taught.js";

/**
 * Makes a teacher as its backbone's settings say: trains it on hard labels, from scratch or from a pretrained backbone's
 * weights, or takes it from a file.
 *
 * @returns its parameters, one float32 tensor after the other; a table's logits; a saved model's files
 * @throws NonFiniteError where the training diverges
 * @throws UserError where the teacher's file does not fit
 * @throws the signal's reason where it is aborted
 */
export function trainTeacher(
  tf: Ops,
  spec: TeacherSpec,
  images: ImageArray,
  options: TrainingOptions,
): Promise<{ info: TeacherInfo; data: Uint8Array }> {
  const backbone = backbones.get(spec.teacher.backbone);
  switch (backbone.kind) {
    case "scratch":
      return trainFromScratch(tf, backbone, spec, images, options);
    case "pretrained":
      return fineTune(tf, backbone, spec, images, options);
    case "table":
      return tableTeacher(backbone, spec, images);
    case "saved":
      return savedTeacher(tf, backbone, spec, images, options.signal);
  }
}

/**
 * A teacher's logits of every image as it is, `[count, classes]`, or of the training images' views,
 * `[epochs, trainCount, classes]`.
 *
 * @throws UserError where a saved model gives what is no finite number
 * @throws the signal's reason where it is aborted
 */
export async function teacherLogits(
  tf: Ops,
  spec: LogitsSpec,
  images: ImageArray,
  weights: { readonly info: TeacherInfo; readonly data: Uint8Array },
  signal: AbortSignal,
): Promise<{ info: LogitsInfo; data: Uint8Array }> {
  signal.throwIfAborted();
  const { count, trainCount, classNames } = images.info;
  const classes = classNames.length;
  const { teacher } = spec.teacher;
  const backbone = backbones.get(teacher.backbone);
  if (backbone.kind === "table") return tableLogits(spec, images, weights.data);
  const network = await networkOf(tf, backbone, teacher, images, weights);
  const batches = new BatchMaker(images, logitsBatchSize);
  const refuse = (logits: Float32Array): void => {
    if (backbone.kind === "saved") refuseNonFinite(backbone.settings.parse(teacher).model, logits, images);
  };
  const predict = (end: number, views: Parameters<typeof predictLogits>[4]["views"]): Promise<Predicted> =>
    predictLogits(
      tf,
      (x) => network.logits(x),
      batches,
      { start: 0, end },
      { batchSize: logitsBatchSize, classes, views, signal },
    );
  try {
    if (spec.views === null) {
      const { logits, seconds } = await predict(count, null);
      refuse(logits);
      const timing = seconds === null ? {} : { timing: { seconds, backend: backendOf(tf) } };
      return { info: { shape: [count, classes], ...timing }, data: bytes(logits) };
    }
    const { seed, epochs, mixup: alpha } = spec.views;
    const mixup = alpha === undefined ? {} : { mixup: { alpha, partners: trainingPart(images.info) } };
    const augmentation = augmentations.get(spec.views.augmentation.type as string);
    const settings = augmentation.settings.parse(spec.views.augmentation);
    const rows = new Float32Array(epochs * trainCount * classes);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const { logits } = await predict(trainCount, { augmentation, settings, seed, epoch, ...mixup });
      refuse(logits);
      rows.set(logits, (epoch - 1) * trainCount * classes);
    }
    return { info: { shape: [epochs, trainCount, classes] }, data: bytes(rows) };
  } finally {
    network.dispose();
  }
}

function networkOf(
  tf: Ops,
  backbone: Exclude<Backbone, { readonly kind: "table" }>,
  teacher: TeacherSpec["teacher"],
  images: ImageArray,
  weights: { readonly info: TeacherInfo; readonly data: Uint8Array },
): TaughtNetwork | Promise<TaughtNetwork> {
  const classes = images.info.classNames.length;
  switch (backbone.kind) {
    case "scratch":
      return scratchNetwork(tf, backbone, teacher, classes, weights.data);
    case "pretrained":
      return fineTunedNetwork(tf, backbone, teacher, classes, weights);
    case "saved":
      return savedNetwork(tf, backbone, teacher, images, weights.data);
  }
}
