import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadLossModule } from "../../src/losses/module.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { UserError } from "../../src/trial/issue.js";
import { temporaryFolder } from "../support/temporary.js";
import { bits, sampleImages, sampleTeacher, sampleTrial, train } from "./sample.js";

const images = sampleImages();

describe("a trial with a loss of the user's own", () => {
  const folder = temporaryFolder();
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  async function trained(name: string, terms: string, needs = "teacher"): Promise<string> {
    const path = join(folder.path, `${name}.mjs`);
    writeFileSync(
      path,
      `export default { name: "${name}", summary: "A loss.", revision: 1, needs: "${needs}", terms: ${terms} };`,
    );
    const { sha256 } = await loadLossModule(path);
    const loss = { type: name, module: path, moduleSha256: sha256 };
    return bits(await train(tf, sampleTrial(loss), { images, teacher: sampleTeacher(images, 2) }));
  }

  it("trains as with the project's loss of the same terms", async () => {
    const own = await trained(
      "own_mse",
      "(tf, { student, teacher }) => ({ teacher: tf.mean(tf.square(tf.sub(student, teacher)), 1) })",
    );
    const mse = await train(tf, sampleTrial({ type: "mse" }), { images, teacher: sampleTeacher(images, 2) });
    assert.equal(own, bits(mse));
  });

  it("fails with the module's name where that throws or returns no terms", async () => {
    const before = tf.memory().numTensors;
    for (const [name, terms, said] of [
      ["throws", '() => { throw new Error("lost"); }', /throws\.mjs threw in `terms`: lost$/],
      ["scalar", "(tf, { student }) => ({ teacher: tf.mean(student) })", /scalar\.mjs returns terms that are none: /],
    ] as const) {
      await assert.rejects(trained(name, terms), (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.match(error.message, said);
        return true;
      });
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it("fails in words where its terms have no gradient, and leaves no tensors behind", async () => {
    const before = tf.memory().numTensors;
    for (const [name, terms] of [
      ["constant", "(tf, { student }) => ({ teacher: tf.zeros([student.shape[0]]) })"],
      ["topk", "(tf, { student }) => ({ teacher: tf.sum(tf.topk(tf.square(student), 2).values, 1) })"],
    ] as const) {
      await assert.rejects(
        trained(name, terms),
        new RegExp(
          `^Error: loss module .*${name}\\.mjs: expected to reach the student's logits by operations that have a gradient \\(Cannot`,
        ),
      );
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it("is given the labels as floating-point numbers, in training and in validation", async () => {
    const terms = `(tf, { student, labels }) => {
      if (labels.dtype !== "float32") throw new Error("labels of type " + labels.dtype);
      return { labels: tf.losses.softmaxCrossEntropy(labels, student, 1, 0, tf.Reduction.NONE) };
    }`;
    await trained("typed", terms, "labels");
  });
});
