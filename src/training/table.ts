import { readFile } from "node:fs/promises";
import { cacheFolder } from "../artifacts/cache-folder.js";
import type { LogitsInfo, LogitsSpec, TeacherInfo, TeacherSpec, ValidationMetrics } from "../artifacts/artifact.js";
import { validationEnd, type ImageArray, type ImageArrayInfo } from "../data/images.js";
import { datasets } from "../data/registry.js";
import { checksum } from "../files/checksums.js";
import { tableFingerprint } from "../models/content.js";
import type { TableBackbone } from "../models/table/logits.js";
import { matchLogits } from "../models/table/match.js";
import { readTable, tableFiles } from "../models/table/rows.js";
import { UserError } from "../trial/issue.js";
import { bytes } from "./bytes.js";
import { measure } from "./metrics.js";
import { areProbabilities } from "./probabilities.js";

/**
 * Reads a teacher that is a table of logits, and checks it against the images.
 *
 * @returns `[count, classes]`, row `i` of image `i`, in the place of parameters
 * @throws UserError where a file is gone, another than planned, or does not fit the images by the names that they have now
 */
export async function tableTeacher(
  backbone: TableBackbone,
  spec: TeacherSpec,
  images: ImageArray,
): Promise<{ info: TeacherInfo; data: Uint8Array }> {
  const path = backbone.settings.parse(spec.teacher).logits;
  const contents = await Promise.all(tableFiles(path).map(readPlanned));
  const { fingerprint, sources } = await namesNow(spec, images.info);
  if (spec.weights !== null && tableFingerprint(contents.map(checksum), fingerprint) !== spec.weights) {
    const expected = "the logits that were there when the run began";
    const issue = { path: "teacher.logits", expected, found: `others in ${path}`, hint: "run the sweep again" };
    throw new UserError("the teacher's logits have changed", 1, [issue]);
  }
  const { logits, notes } = matchLogits(path, readTable(path, contents), {
    classNames: images.info.classNames,
    sources,
  });
  const { count, trainCount, classNames, labels } = images.info;
  if (areProbabilities(logits, classNames.length)) {
    const found = `probabilities in ${path}, each image's sum being 1`;
    const issue = { path: "teacher.logits", expected: "logits", found, hint: "write their logarithms" };
    throw new UserError("the teacher's logits cannot be used", 1, [issue]);
  }
  const end = validationEnd(images.info);
  return {
    info: {
      tensors: [{ name: "logits", shape: [count, classNames.length] }],
      parameters: 0,
      epochs: [],
      validation: validationMetrics(
        logits.subarray(trainCount * classNames.length, end * classNames.length),
        classNames.length,
        labels.slice(trainCount, end),
      ),
      ...(notes.length === 0 ? {} : { notes }),
    },
    data: bytes(logits),
  };
}

/** What the images are called by now: the array may have been made when they had other names. */
async function namesNow(
  { images: { dataset, fingerprint } }: TeacherSpec,
  info: ImageArrayInfo,
): Promise<{ readonly fingerprint: string | undefined; readonly sources: readonly string[] }> {
  const { names, settings: schema } = datasets.get(dataset.name);
  if (names === undefined) return { fingerprint: undefined, sources: info.sources };
  const settings = schema.parse(dataset);
  return {
    fingerprint: await names.fingerprint(settings, cacheFolder()),
    sources: await names.sources(settings, fingerprint, info, cacheFolder()),
  };
}

async function readPlanned(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const issue = { path: "teacher.logits", expected: "a file that can be read", found: `${path} (${reason})` };
    throw new UserError("the teacher's logits cannot be read", 1, [issue]);
  }
}

/**
 * What a teacher that was not trained here reaches.
 * @param logits of the validation images, `[validation images, classes]`
 * @param labels of the same images
 */
export function validationMetrics(logits: Float32Array, classes: number, labels: readonly number[]): ValidationMetrics {
  const { accuracy, crossEntropy, ece } = measure(logits, classes, labels, null);
  return { val_accuracy: accuracy, val_cross_entropy: crossEntropy, val_ece: ece };
}

/** @throws Error where views are asked for, or the bytes are not these images' logits */
export function tableLogits(
  spec: LogitsSpec,
  { info }: ImageArray,
  data: Uint8Array,
): { info: LogitsInfo; data: Uint8Array } {
  if (spec.views !== null) throw new Error("a fixed table cannot answer for augmented views");
  const shape = [info.count, info.classNames.length] as const;
  const expected = 4 * shape[0] * shape[1];
  if (data.byteLength !== expected) {
    throw new Error(`the teacher's logits: expected ${expected} bytes, found ${data.byteLength}`);
  }
  return { info: { shape }, data };
}
