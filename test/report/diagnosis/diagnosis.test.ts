import assert from "node:assert/strict";
import { losses } from "../../../src/losses/registry.js";
import { diagnoseAll, diagnosisInWords, softeningTemperature } from "../../../src/report/diagnosis/diagnosis.js";
import { gradients } from "../../../src/report/diagnosis/gradients.js";
import { logSoftmax, rowOf, type TaughtPredictions } from "../../../src/report/predictions.js";
import { readResults } from "../../../src/report/results.js";
import type { StudySnapshot } from "../../../src/store/store.js";
import type { Settings, Value } from "../../../src/trial/value.js";
import { logitsOf, studyOf, typicalStudy, withLogits, withTeacherSeeds, type Configuration } from "../study.js";

const labels = Array.from({ length: 40 }, (_, image) => image % 5);
const predictions: TaughtPredictions = {
  classNames: ["a", "b", "c", "d", "e"],
  labels,
  student: logitsOf(labels, 5, 0.6, "student"),
  teacher: logitsOf(labels, 5, 0.9, "teacher", 5),
  images: "",
  imagesKey: "",
};

/** The norm of a function's gradient at a row, by central differences. */
function numericNorm(row: Float64Array, value: (logits: Float64Array) => number): number {
  const step = 1e-5;
  const slopes = row.map((_, index) => {
    const moved = (by: number): number => value(row.map((each, at) => (at === index ? each + by : each)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  return Math.hypot(...slopes);
}

function numeric(term: (own: Float64Array, teacher: Float32Array, label: number) => number): number {
  const norms = labels.map((label, image) => {
    const teacher = rowOf(predictions.teacher, 5, image);
    return numericNorm(Float64Array.from(rowOf(predictions.student, 5, image)), (own) => term(own, teacher, label));
  });
  return norms.reduce((sum, each) => sum + each, 0) / norms.length;
}

function close(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual / expected - 1) < 1e-6, `${actual} is not ${expected}`);
}

describe("the gradients of both terms", () => {
  const crossEntropy = (own: Float64Array, label: number): number => -logSoftmax(own)[label]!;
  const soft = (own: Float64Array, teacher: Float32Array, temperature: number): number => {
    const target = logSoftmax(teacher, temperature);
    return -logSoftmax(own, temperature).reduce((sum, log, index) => sum + Math.exp(target[index]!) * log, 0);
  };

  for (const [scaling, softFactor, hardFactor] of [
    ["none", 1, 1],
    ["soft", 16, 1],
    ["whole", 16, 16],
  ] as const) {
    it(`of kd_ce with τ² on ${scaling} are those of its formula, by differences`, () => {
      const loss = { type: "kd_ce", temperature: 4, alpha: 0.9, beta: 0.1, temperatureScaling: scaling };
      const found = gradients(loss, predictions);
      close(
        found?.soft,
        numeric((own, teacher) => 0.9 * softFactor * soft(own, teacher, 4)),
      );
      close(
        found?.hard,
        numeric((own, _, label) => 0.1 * hardFactor * crossEntropy(own, label)),
      );
    });
  }

  it("of ce_mse are those of its formula, α being the labels' weight", () => {
    const found = gradients({ type: "ce_mse", alpha: 0.3 }, predictions);
    close(
      found?.soft,
      numeric((own, teacher) => 0.7 * own.reduce((sum, value, index) => sum + (value - teacher[index]!) ** 2, 0)),
    );
    close(
      found?.hard,
      numeric((own, _, label) => 0.3 * crossEntropy(own, label)),
    );
  });

  it("are left out where they are not a sum of two terms in closed form", () => {
    assert.equal(gradients({ type: "kd", temperature: 4 }, predictions), null);
    assert.equal(gradients({ type: "dkd", temperature: 4, alpha: 1, beta: 8 }, predictions), null);
    const standardized = { type: "kd_ce", temperature: 4, alpha: 0.9, beta: 0.1, standardize: true };
    assert.equal(gradients(standardized, predictions), null);
  });
});

const hard: Configuration = { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.5] };
const kdCe = (given: Partial<Settings["loss"]> = {}): Configuration => ({
  parameters: { "loss.type": "kd_ce" },
  outcomes: [0.7, 0.7],
  settings: { loss: { type: "kd_ce", temperature: 4, alpha: 0.9, beta: 0.1, temperatureScaling: "soft", ...given } },
});

function warnings(study: StudySnapshot): string {
  return diagnosisInWords(diagnoseAll(readResults(study))).warnings.join("\n");
}

describe("the diagnosis", () => {
  it("splits the gain so that both parts, weighted, are the whole", () => {
    const [found] = diagnoseAll(readResults(withLogits(studyOf([hard, kdCe()]))));
    const { teacherRight, onRight, onWrong } = found!.gain!;
    assert.ok(Math.abs(teacherRight * onRight! + (1 - teacherRight) * onWrong! - 0.2) < 1e-9);
    assert.match(
      diagnosisInWords([found!]).lines[1]!,
      /^Its difference to the baseline is [+-]\d+\.\d points on images/,
    );
    assert.ok(Math.abs(found!.teacherAccuracy! - Math.round(0.953 * 150) / 150) < 1e-12);
  });

  it("says how far student and teacher agree, as the images show it", () => {
    const study = withLogits(studyOf([hard, kdCe()]));
    const teacher = study.artifacts.flatMap(({ details }) =>
      details.kind === "logits" ? [details.validationLogits!] : [],
    )[0]!;
    const [found] = diagnoseAll(readResults({ ...study, validationLogits: () => teacher.slice() }));
    assert.equal(found!.agreement, 1);
    assert.match(
      diagnosisInWords([found!]).lines[0]!,
      /^kd_ce agrees with its teacher, convnet, on 100\.0 % of the validation images\.$/,
    );
  });

  it("warns of a teacher that is no better than its student, and of no other", () => {
    const better = { ...kdCe(), outcomes: [0.98, 0.98] };
    assert.match(
      warnings(withLogits(studyOf([hard, better]))),
      /kd_ce: the teacher convnet \(95\.3 %\) is no better than the student \(98\.0 %\)/,
    );
    assert.doesNotMatch(warnings(withLogits(studyOf([hard, kdCe()]))), /no better/);
  });

  it("warns of a teacher that is nearly one-hot at the temperature", () => {
    assert.match(
      warnings(withLogits(studyOf([hard, kdCe({ temperature: 1 })]), 4)),
      /at τ=1 the teacher's answers are nearly one-hot/,
    );
    assert.doesNotMatch(warnings(withLogits(studyOf([hard, kdCe({ temperature: 5 })]), 4)), /one-hot/);
  });

  it("does not where the loss does not take the teacher's softmax at the temperature", () => {
    const found = (loss: Partial<Settings["loss"]>): string =>
      warnings(withLogits(studyOf([hard, kdCe({ temperature: 1, ...loss })]), 4));
    assert.match(found({}), /one-hot/);
    for (const other of [{ standardize: true }, { type: "nkd" }, { type: "dkd" }, { type: "rld" }, { type: "mine" }]) {
      assert.doesNotMatch(found(other), /one-hot/, JSON.stringify(other));
    }
  });

  it("knows of each loss with a temperature whether it does", () => {
    const tempered = losses.names().filter((name) => "temperature" in losses.get(name).settings.shape);
    assert.deepEqual(
      new Map(tempered.map((type) => [type, softeningTemperature({ type, temperature: 4 })])),
      new Map([
        ["kd", 4],
        ["kd_ce", 4],
        ["kd_mse", 4],
        ["dkd", null],
        ["nkd", null],
        ["dist", 4],
        ["rld", null],
        ["reverse_kl", 4],
        ["jsd", 4],
      ]),
    );
  });

  it("judges that by half of the images: a few of which the teacher is unsure do not hide it", () => {
    const study = withLogits(studyOf([hard, kdCe({ temperature: 1 })]), 4);
    const artifacts = study.artifacts.map((record) => {
      const { details } = record;
      if (details.kind !== "logits") return record;
      // Of each tenth image the teacher knows nothing: its choice has 92 % on average.
      const validationLogits = details.validationLogits!.map((logit, index) =>
        Math.floor(index / 5) % 10 === 0 ? 0 : logit,
      );
      return { ...record, details: { ...details, validationLogits } };
    });
    const [, found] = diagnoseAll(readResults({ ...study, artifacts })).toReversed();
    assert.ok(found!.sureness!.probability < 0.95);
    assert.match(
      warnings({ ...study, artifacts }),
      /nearly one-hot: for half of the images its choice has at least 100\.0 %/,
    );
  });

  it("takes the mean over all of a seed's teachers", () => {
    const kd = { ...kdCe(), outcomes: [0.7, 0.7, 0.7] };
    const [found] = diagnoseAll(readResults(withLogits(withTeacherSeeds(studyOf([hard, kd]), { 1: 0, 2: 0.1 }))));
    assert.match(
      diagnosisInWords([found!]).lines[0]!,
      / agrees with its teachers, convnet seed=1 and convnet seed=2, on /,
    );
    // The made-up teachers are right on 95.3 % and 93.3 % of 150 images, the students on 70 % and 80 %.
    assert.ok(Math.abs(found!.teacherAccuracy! - (143 + 140) / 2 / 150) < 1e-12);
    const { teacherRight, onRight, onWrong } = found!.gain!;
    assert.ok(Math.abs(teacherRight - found!.teacherAccuracy!) < 1e-12);
    // The parts' weights differ by teacher, so that the whole is theirs to within 0.02 of images.
    assert.ok(Math.abs(teacherRight * onRight! + (1 - teacherRight) * onWrong! - 0.25) < 0.005);
  });

  it("warns where the labels' gradient outweighs the teacher's", () => {
    const unscaled = kdCe({ temperature: 5, temperatureScaling: "none", alpha: 0.5, beta: 0.5 });
    assert.match(
      warnings(withLogits(studyOf([hard, unscaled]))),
      /labels' gradient is \d+\.\d times the teacher's at the end of training/,
    );
    assert.doesNotMatch(warnings(withLogits(studyOf([hard, kdCe({ temperature: 5 })]))), /labels' gradient/);
  });

  /** With these accuracies by epoch, each seed moved by what it does alone. */
  function trained(study: StudySnapshot, accuracies: (loss: Value) => readonly number[]): StudySnapshot {
    const trials = study.trials.map((trial) => ({
      ...trial,
      epochs: accuracies(trial.spec.settings.loss.type).map((accuracy, index) => ({
        ...trial.epochs[0]!,
        epoch: index + 1,
        val_accuracy: accuracy + (trial.spec.seed - 1) / 20,
      })),
    }));
    return { ...study, trials };
  }
  const rising = [0.3, 0.4, 0.5, 0.55, 0.56, 0.58, 0.59, 0.62, 0.63, 0.65];
  const done = [0.3, 0.5, 0.6, 0.64, 0.65, 0.64, 0.66, 0.65, 0.64, 0.66];

  it("warns of a training that was still improving at its end, with and without a teacher", () => {
    const study = withLogits(studyOf([hard, kdCe()]));
    assert.match(
      warnings(trained(study, () => rising)),
      /^kd_ce \(\+1\.8\); hard \(\+1\.8\): training was still improving at its end \(points of validation accuracy per epoch, over the last 5\)\.$/m,
    );
    assert.match(
      warnings(trained(study, (loss) => (loss === "hard" ? rising : done))),
      /^hard \(\+1\.8\): training was still/m,
    );
    assert.doesNotMatch(warnings(trained(study, () => done)), /still improving/);
  });

  it("takes no chance rise of the last epochs for one", () => {
    const study = withLogits(studyOf([hard, kdCe()]));
    const noisy = [0.3, 0.5, 0.6, 0.64, 0.66, 0.62, 0.67, 0.61, 0.65, 0.66];
    assert.doesNotMatch(warnings(trained(study, () => noisy)), /still improving/);
  });

  it("does not ask a training of five epochs, which rises over all of them", () => {
    const study = withLogits(studyOf([hard, kdCe()]));
    assert.doesNotMatch(warnings(trained(study, () => rising.slice(0, 5))), /still improving/);
  });

  it("is empty where no logits are kept", () => {
    assert.deepEqual(diagnoseAll(readResults(typicalStudy())), []);
  });
});
