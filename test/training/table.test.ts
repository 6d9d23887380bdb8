import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogitsSpec, TeacherSpec } from "../../src/artifacts/artifact.js";
import { checksum, combinedChecksum } from "../../src/files/checksums.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { teacherLogits, trainTeacher } from "../../src/training/teacher.js";
import { formatIssue, UserError } from "../../src/trial/issue.js";
import { csv, npy, writeNpy } from "../models/table/files.js";
import { temporaryFolder } from "../support/temporary.js";
import { sampleImages } from "./sample.js";

const images = sampleImages(40);
const { sources, labels, classNames, trainCount } = images.info;
const { signal } = new AbortController();
const options = { signal, onEpoch: () => undefined };
// Nothing of a table needs TensorFlow.
const tf = undefined as unknown as Ops;

/** Right for all images but one of the validation split, with a value that tells the image. */
const rows = sources.map((_, image) =>
  classNames.map((_, label) => (labels[image] === label && image !== 38 ? 4 : 0) + image / 64),
);

describe("a teacher that is a table of logits", () => {
  const folder = temporaryFolder();

  function teacherSpec(logits: string, weights: string | null = null): TeacherSpec {
    const dataset = { name: "petals", imageSize: 16, trainFraction: 0.75 };
    const imagesSpec = { kind: "images", dataset, fingerprint: "sample" } as const;
    return { kind: "teacher", images: imagesSpec, teacher: { backbone: "logits", logits }, weights };
  }

  for (const kind of ["csv", "npy"]) {
    it(`gives the rows of a .${kind} in the images' order, and what they reach on the validation split`, async () => {
      const path = join(folder.path, `right.${kind}`);
      const [paths, reversed] = [[...sources].reverse(), [...rows].reverse()];
      if (kind === "npy") writeNpy(path, paths, reversed);
      else writeFileSync(path, csv(paths, reversed, classNames));
      const spec = teacherSpec(path);
      const taught = await trainTeacher(tf, spec, images, options);
      assert.deepEqual(taught.info.epochs, []);
      assert.equal(taught.info.validation?.val_accuracy, (40 - trainCount - 1) / (40 - trainCount));
      const logits: LogitsSpec = { kind: "logits", teacher: spec, views: null };
      const { info, data } = await teacherLogits(tf, logits, images, taught, signal);
      assert.deepEqual(info.shape, [40, 3]);
      assert.deepEqual([...new Float32Array(data.slice().buffer)], rows.flat());
      const views = { augmentation: { type: "flip_crop", padding: 3 }, seed: 1, epochs: 2 };
      await assert.rejects(
        teacherLogits(tf, { ...logits, views }, images, taught, signal),
        /cannot answer for augmented/,
      );
    });
  }

  it("is refused where it holds probabilities", async () => {
    const path = join(folder.path, "probabilities.csv");
    const probabilities = rows.map(() => [0.2, 0.5, 0.3]);
    writeFileSync(path, csv(sources, probabilities));
    await assert.rejects(trainTeacher(tf, teacherSpec(path), images, options), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.issues.map(formatIssue).join(""),
        /^teacher\.logits: expected logits, found probabilities in /,
      );
      return true;
    });
  });

  it("is refused where its files are others than planned, or gone", async () => {
    const path = join(folder.path, "planned.npy");
    writeNpy(path, sources, rows);
    const planned = combinedChecksum([npy(rows), Buffer.from(`${sources.join("\n")}\n`)].map(checksum));
    await trainTeacher(tf, teacherSpec(path, planned), images, options);
    const refused = async (spec: TeacherSpec): Promise<string> => {
      const error: unknown = await trainTeacher(tf, spec, images, options).catch((reason: unknown) => reason);
      assert.ok(error instanceof UserError, String(error));
      return error.issues.map(formatIssue).join("\n");
    };
    // The matrix is the same, the paths are not.
    writeFileSync(path.replace("npy", "txt"), `${[...sources].reverse().join("\n")}\n`);
    const changed = await refused(teacherSpec(path, planned));
    assert.match(changed, /^teacher\.logits: expected the logits that were there when the run began, found others in /);
    const gone = await refused(teacherSpec(join(folder.path, "gone.csv")));
    assert.match(gone, /^teacher\.logits: expected a file that can be read, found .*gone\.csv \(ENOENT\)$/);
  });
});
