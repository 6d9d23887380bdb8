import assert from "node:assert/strict";
import type { ImageArray } from "../../src/data/images.js";
import { losses } from "../../src/losses/registry.js";
import { formatIssue } from "../../src/trial/issue.js";
import { resolve } from "../../src/settings/resolve.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { objectiveOf } from "../../src/training/objective.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { bits, sampleImages, sampleTeacher, sampleTrial, train } from "./sample.js";

const images = sampleImages();
const teacher = sampleTeacher(images, 2);

/** The images with other labels where `change` gives one; -1 for none. */
function relabelled(change: (image: number) => number | undefined): ImageArray {
  const labels = images.info.labels.map((label, image) => change(image) ?? label);
  return { ...images, info: { ...images.info, labels } };
}

function trialWith(loss: TrialSpec["settings"]["loss"], labelledFraction = 1): TrialSpec {
  const dataset = { name: "sample", imageSize: 16, trainFraction: 0.75, labelledFraction };
  return sampleTrial(loss, { dataset });
}

describe("images without a label", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  it("have the teacher's term alone: the mean over the batch of teacher's + mask · labels'", () => {
    tf.tidy(() => {
      const student = tf.tensor2d([[1, 0, 2], [0, 1, 0]]); // prettier-ignore
      const of = tf.tensor2d([[3, 0, 0], [0, 0, 1]]); // prettier-ignore
      const labels = tf.tensor2d([[1, 0, 0], [0, 0, 1]]); // prettier-ignore
      const input = { student, teacher: of, labels, epoch: 1 };
      const objective = objectiveOf(losses.get("kd_ce"), {});
      const both = objective.perSample(tf, input).dataSync();
      const masked = objective.perSample(tf, { ...input, labelled: tf.tensor1d([1, 0]) }).dataSync();
      const soft = losses.get("kd_ce").terms(tf, input, losses.get("kd_ce").settings.parse({})).teacher!.dataSync();
      assert.deepEqual([...masked], [both[0], soft[1]]);
      assert.notEqual(masked[1], both[1]);
    });
  });

  it("train alike whether their label is hidden or never was", async () => {
    // Of 33 training images, 11 a class, the first 4 of each keep their labels.
    const never = relabelled((image) => (image >= 12 && image < 33 ? -1 : undefined));
    for (const type of ["kd_ce", "dist"]) {
      const hidden = await train(tf, trialWith({ type }, 4 / 11), { images, teacher });
      assert.equal(bits(await train(tf, trialWith({ type }), { images: never, teacher })), bits(hidden));
      assert.notEqual(bits(await train(tf, trialWith({ type }), { images, teacher })), bits(hidden));
    }
  });

  it("train a student that learns from the teacher alone as if they had a label", async () => {
    const { weights } = await train(tf, trialWith({ type: "kd" }, 0.3), { images, teacher });
    const all = await train(tf, trialWith({ type: "kd" }), { images, teacher });
    assert.deepEqual(weights.final, all.weights.final);
  });

  it("are left out by a loss on labels alone, and by the training accuracy", async () => {
    const never = relabelled((image) => (image >= 12 && image < 33 ? -1 : undefined));
    const { epochs } = await train(tf, trialWith({ type: "hard" }), { images: never, teacher: null });
    const { epochs: distilled } = await train(tf, trialWith({ type: "kd_ce" }), { images: never, teacher });
    for (const { train_accuracy } of [...epochs, ...distilled]) {
      assert.ok(Math.abs(train_accuracy * 12 - Math.round(train_accuracy * 12)) < 1e-9, `${train_accuracy} of 12`);
    }
    const hidden = await train(tf, trialWith({ type: "hard" }, 4 / 11), { images, teacher: null });
    assert.equal(bits(hidden), bits(await train(tf, trialWith({ type: "hard" }), { images: never, teacher: null })));
  });

  describe("are refused where the loss's teacher's term needs labels", () => {
    for (const type of ["dkd", "nkd", "rld"]) {
      it(type, () => {
        const resolved = resolve({ "loss.type": type, "dataset.labelledFraction": 0.5 });
        assert.ok(!resolved.ok);
        assert.deepEqual(resolved.issues.map(formatIssue), [
          "loss.type: expected a loss that needs no label of an image where dataset.labelledFraction is 0.5: " +
            `kd, kd_ce, mse, kd_mse, ce_mse, dist, wttm, norm_kd, reverse_kl, jsd, found "${type}"`,
        ]);
        assert.ok(resolve({ "loss.type": type }).ok);
      });
    }

    it("at planning, at the value that names the loss", () => {
      const text =
        "dataset: { name: image_folder, path: photos, unlabelled: more }\nparameters:\n  loss.type: { values: [kd, dkd, hard] }\n";
      const sweep = parseSweep(text, "x.yaml");
      assert.ok(!sweep.ok);
      assert.deepEqual(sweep.issues.map(formatIssue), [
        "x.yaml:3 parameters.loss.type.values[1]: expected a loss that needs no label of an image where " +
          'dataset.unlabelled is given: kd, kd_ce, mse, kd_mse, ce_mse, dist, wttm, norm_kd, reverse_kl, jsd, found "dkd"',
      ]);
    });
  });
});
