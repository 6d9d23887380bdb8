import assert from "node:assert/strict";
import { compare, formatComparison, type ComparisonRow } from "../../src/report/compare.js";
import { predictionReader, valuesByImage } from "../../src/report/predictions.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { measure } from "../../src/training/metrics.js";
import { noise, studyOf, withLogits, withoutRun, withTeacherSeeds, type Configuration } from "./study.js";

const losses = (outcomes: Readonly<Record<string, Configuration["outcomes"]>>): StudySnapshot =>
  withLogits(
    studyOf(Object.entries(outcomes).map(([type, own]) => ({ parameters: { "loss.type": type }, outcomes: own }))),
  );

function rows(study: StudySnapshot, metric?: string): ComparisonRow[] {
  return compare(study, { by: "loss.type", ...(metric === undefined ? {} : { metric }) }).blocks.flatMap(
    (block) => block.rows,
  );
}

/** Logits that are right on the images of `right` alone. */
function rightOn(labels: readonly number[], classes: number, right: (image: number) => boolean): Float32Array {
  return Float32Array.from({ length: labels.length * classes }, (_, index) => {
    const image = Math.floor(index / classes);
    const target = right(image) ? labels[image]! : (labels[image]! + 1) % classes;
    return index % classes === target ? 1 : 0;
  });
}

describe("the values on each image", () => {
  it("have the means that the training measured", () => {
    const study = losses({ kd: [0.7], mse: [0.5] });
    const reader = predictionReader(study);
    for (const { spec, state, result, ...trial } of study.trials) {
      assert.ok(result);
      const predictions = reader.of({ spec, state, result, ...trial })!;
      const { labels, student, teacher } = predictions;
      assert.ok(teacher);
      const measured = measure(student, 5, labels, teacher);
      for (const [metric, expected] of [
        ["val_accuracy", measured.accuracy],
        ["val_cross_entropy", measured.crossEntropy],
        ["val_kl", measured.kl],
        ["val_agreement", measured.agreement],
      ] as const) {
        const values = valuesByImage(predictions, metric)!;
        assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - expected!) < 1e-12, metric);
      }
      assert.equal(valuesByImage(predictions, "train_loss"), null);
    }
  });
});

describe("McNemar's test in a comparison", () => {
  it("counts an image once, for the side that is right under more seeds", () => {
    const study = losses({ hard: [0.5, 0.5, 0.5], kd: [0.5, 0.5, 0.5] });
    const images = study.artifacts.flatMap(({ details }) => (details.kind === "images" ? [details] : []))[0]!;
    // hard is right on no image; kd with every seed on 0 to 8, with two of three on 9, with one of three on 10 and 11
    const right: Record<number, (image: number) => boolean> = {
      1: (image) => image <= 11,
      2: (image) => image <= 9,
      3: (image) => image <= 8,
    };
    const trials = new Map(study.trials.map(({ spec }) => [spec.id, spec]));
    const [, kd] = rows({
      ...study,
      validationLogits: (id) => {
        const spec = trials.get(id)!;
        const own = spec.parameters["loss.type"] === "kd" ? right[spec.seed]! : (image: number) => image === 20;
        return rightOn(images.validationLabels, 5, own);
      },
    });
    // 12 images for kd, image 20 for hard: 2 * (1 + 13) / 2^13
    const { better, worse, seeds, p } = kd!.evidence!.images!;
    assert.deepEqual([better, worse, seeds], [12, 1, 3]);
    assert.ok(Math.abs(p - (2 * 14) / 2 ** 13) < 1e-12);
  });

  it("is left out for a metric that is not right or wrong, and the bootstrap too where it is no mean over images", () => {
    const study = losses({ kd: [0.5, 0.6, 0.7], mse: [0.7, 0.8, 0.9] });
    const evidence = (metric: string): ComparisonRow["evidence"] => rows(study, metric)[1]!.evidence;
    assert.equal(evidence("val_kl")?.images, null);
    assert.notEqual(evidence("val_kl")?.bootstrap, null);
    assert.equal(evidence("val_ece")?.bootstrap, null);
    assert.equal(evidence("val_cross_entropy")?.seedsToSeePoint, null);
  });

  it("is left out where drawn images of equal labels are other parts of the set", () => {
    const part = (trainFraction: number, testFraction: number, accuracy: number): Configuration => ({
      parameters: { "dataset.trainFraction": trainFraction, "dataset.testFraction": testFraction },
      outcomes: [accuracy, accuracy + 0.01, accuracy + 0.02],
    });
    const study = studyOf([part(0.4, 0.4, 0.5), part(0.6, 0.2, 0.6)]);
    const artifacts = study.artifacts.flatMap((record) => {
      const { details } = record;
      if (details.kind !== "images") return [record];
      return [
        [0.4, 0.4],
        [0.6, 0.2],
      ].map(([trainFraction, testFraction], index) => {
        const dataset = { ...details.dataset, trainFraction: trainFraction!, testFraction: testFraction! };
        return { ...record, key: `${index}${record.key.slice(1)}`, details: { ...details, dataset } };
      });
    });
    const by = ["dataset.trainFraction", "dataset.testFraction"];
    const [block] = compare(withLogits({ ...study, artifacts }), { by }).blocks;
    const evidence = block?.rows[1]?.evidence;
    assert.ok(evidence != null);
    assert.deepEqual([evidence.bootstrap, evidence.images], [null, null]);
  });

  it("is left out where trials were validated on other images, or logits are missing", () => {
    const study = losses({ hard: [0.5, 0.5], kd: [0.6, 0.6] });
    assert.equal(rows({ ...study, validationLogits: () => undefined })[1]!.evidence?.images, null);
    const [images, ...others] = study.artifacts;
    assert.ok(images!.details.kind === "images");
    const more = {
      ...images!,
      key: "other",
      details: {
        ...images!.details,
        dataset: { ...images!.details.dataset, imageSize: 32 },
        validationLabels: images!.details.validationLabels.toReversed(),
      },
    };
    const trials = study.trials.map((trial, index) =>
      index < 2
        ? trial
        : { ...trial, spec: { ...trial.spec, settings: { ...trial.spec.settings, dataset: more.details.dataset } } },
    );
    const moved = { ...study, trials, plan: { ...study.plan, trials: trials.map(({ spec }) => spec) } };
    assert.equal(rows({ ...moved, artifacts: [images!, more, ...others] })[1]!.evidence?.images, null);
  });
});

describe("evidence over several teachers' seeds", () => {
  // What a run says depends on its seeds alone: no loss differs from another.
  const study = withTeacherSeeds(losses({ kd: [0.6, 0.62, 0.61], mse: [0.6, 0.62, 0.61] }), { 1: 0, 2: 0.1 });
  const images = study.artifacts.flatMap(({ details }) => (details.kind === "images" ? [details] : []))[0]!;
  const specs = new Map(study.trials.map(({ spec }) => [spec.id, spec]));
  const equal = {
    ...study,
    validationLogits: (id: string) => {
      const { seed, settings } = specs.get(id)!;
      const share = settings.teacher?.seed === 1 ? 0.4 : 0.8;
      return rightOn(images.validationLabels, 5, (image) => noise(seed, settings.teacher!.seed!, image) < share);
    },
  };

  it("shows no difference where one side lost a run and nothing else differs", () => {
    const lost = withoutRun(equal, ({ seed, settings, parameters }) => {
      return seed === 3 && settings.teacher?.seed === 1 && parameters["loss.type"] === "mse";
    });
    const [kd, mse] = rows(lost);
    assert.deepEqual([kd!.summary?.n, kd!.replicates.length], [3, 6]);
    assert.deepEqual([mse!.difference?.n, mse!.difference?.mean], [3, 0]);
    const evidence = mse!.evidence!;
    assert.deepEqual(evidence.bootstrap, { low: 0, high: 0 });
    assert.deepEqual([evidence.images!.better, evidence.images!.worse], [0, 0]);
  });

  it("counts seeds, and says how many runs they are", () => {
    const lost = withoutRun(equal, ({ id }) => id === study.trials.at(-1)!.spec.id);
    const table = formatComparison(compare(lost, { by: "loss.type" }), "table");
    assert.match(table, /^kd .* 3 \(6 runs\) /m);
    assert.match(table, /^mse .* 3 \(5 of 6 runs\) /m);
  });
});

describe("the word for a difference", () => {
  const row = (hard: readonly number[], kd: readonly number[], metric?: string): ComparisonRow =>
    rows(losses({ hard: [...hard], kd: [...kd] }), metric)[1]!;
  const finding = (hard: readonly number[], kd: readonly number[]): string | null | undefined =>
    row(hard, kd).evidence?.finding;

  it("is better or worse where seeds and images agree on it, by the metric's goal", () => {
    assert.equal(finding([0.5, 0.52, 0.51], [0.8, 0.82, 0.815]), "better");
    assert.equal(finding([0.8, 0.82, 0.815], [0.5, 0.52, 0.51]), "worse");
    const lower = row([0.5, 0.52, 0.51], [0.8, 0.82, 0.815], "val_cross_entropy");
    assert.ok(lower.difference!.mean < 0);
    assert.equal(lower.evidence?.finding, "better");
  });

  it("is no evidence where a few seeds differ by the same number of images, which gives no p", () => {
    // Of 150 images. In double precision the three differences are not quite equal.
    const { evidence, difference } = row([75 / 150, 81 / 150, 94 / 150], [80 / 150, 86 / 150, 99 / 150]);
    assert.ok(Math.abs(difference!.mean - 5 / 150) < 1e-9);
    assert.deepEqual([evidence?.seeds, evidence?.seedsToSeePoint], [null, null]);
    assert.equal(evidence?.finding, "no evidence");
  });

  it("is no evidence where the seeds spread, are too few, or the gain is small among images", () => {
    assert.equal(finding([0.5, 0.6, 0.7], [0.7, 0.55, 0.75]), "no evidence");
    assert.equal(finding([0.5, 0.5], [0.9, 0.9]), "no evidence");
    assert.equal(finding([0.5, 0.5, 0.5], [0.506, 0.507, 0.506]), "no evidence");
  });

  it("is none where nothing is finished, which counts as no comparison", () => {
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.7, 0.55, 0.75] },
      { parameters: { "loss.type": "mse" }, outcomes: ["waiting", "waiting", "waiting"] },
    ]);
    const comparison = compare(study, { by: "loss.type" });
    assert.deepEqual(
      comparison.blocks[0]!.rows.map(({ evidence }) => evidence?.finding),
      [undefined, "no evidence", null],
    );
    const table = formatComparison(comparison, "table");
    assert.match(table, /mse +0 of 3 +– +– +– +– +–\n/);
    assert.match(table, /correction for 1 comparison\./);
  });

  it("becomes harder to earn the more is compared", () => {
    const hard = [0.5, 0.52, 0.51];
    const kd = [0.6, 0.64, 0.62];
    const alone = rows(losses({ hard, kd }))[1]!.evidence!;
    const among = rows(losses({ hard, kd, mse: [0.5, 0.6, 0.4], nkd: [0.45, 0.5, 0.6], jsd: [0.4, 0.5, 0.6] }))[1]!
      .evidence!;
    assert.equal(alone.finding, "better");
    assert.equal(among.seeds!.p, alone.seeds!.p);
    assert.ok(Math.abs(among.seeds!.corrected - 4 * alone.seeds!.p) < 1e-12);
  });
});
