import assert from "node:assert/strict";
import fc from "fast-check";
import { losses } from "../../src/losses/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { evaluate, type Samples } from "./evaluate.js";
import * as reference from "./reference.js";

const allSettings: Readonly<Record<string, readonly object[]>> = {
  hard: [{}],
  kd: [1, 5, 0.1, 100].flatMap((temperature) =>
    ["none", "soft", "whole"].map((temperatureScaling) => ({ temperature, temperatureScaling })),
  ),
  kd_ce: [
    { temperature: 5, temperatureScaling: "none", alpha: 0.9, beta: 0.1 },
    { temperature: 5, temperatureScaling: "soft", alpha: 0.9, beta: 0.1 },
    { temperature: 0.5, temperatureScaling: "whole", alpha: 0.1, beta: 0.1 },
    { temperature: 4, temperatureScaling: "soft", alpha: 3, beta: 0 },
    { temperature: 4, temperatureScaling: "whole", alpha: 0, beta: 2 },
    { temperature: 0.1, alpha: 1, beta: 1 },
    { temperature: 100, alpha: 1, beta: 1 },
  ],
  mse: [{}],
  kd_mse: [
    { temperature: 5, temperatureScaling: "none", alpha: 0.25 },
    { temperature: 5, temperatureScaling: "soft", alpha: 0.25 },
    { temperature: 2, temperatureScaling: "whole", alpha: 0.75 },
    { temperature: 0.1, alpha: 0.5 },
    { temperature: 100, alpha: 1 },
    { temperature: 1, alpha: 0 },
  ],
};

interface Chosen {
  temperature: number;
  temperatureScaling: "none" | "soft" | "whole";
  alpha: number;
  beta: number;
}

/** Objective and gradient of a batch in double precision. */
function golden(type: string, settings: object, { student, teacher, labels }: Samples) {
  const { temperature = 1, temperatureScaling = "soft", alpha = 0, beta = 0 } = settings as Partial<Chosen>;
  const square = temperature ** 2;
  const [soft, rest] = { none: [1, 1], soft: [square, 1], whole: [square, square] }[temperatureScaling] as [
    number,
    number,
  ];
  const weights: Record<string, { kd: number; ce: number; mse: number }> = {
    hard: { kd: 0, ce: 1, mse: 0 },
    kd: { kd: soft, ce: 0, mse: 0 },
    kd_ce: { kd: (alpha * soft) / (alpha + beta), ce: (beta * rest) / (alpha + beta), mse: 0 },
    mse: { kd: 0, ce: 0, mse: 1 },
    kd_mse: { kd: alpha * soft, ce: 0, mse: (1 - alpha) * rest },
  };
  const w = weights[type]!;
  const value = reference.mean(
    student.map((z, i) => {
      const t = teacher[i]!;
      const kd = w.kd === 0 ? 0 : w.kd * reference.kd(z, t, temperature);
      return kd + (w.ce === 0 ? 0 : w.ce * reference.ce(z, labels[i]!)) + w.mse * reference.mse(z, t);
    }),
  );
  const gradient = student.map((z, i) => {
    const t = teacher[i]!;
    const kd = w.kd === 0 ? z.map(() => 0) : reference.kdGradient(z, t, temperature);
    const ce = reference.ceGradient(z, labels[i]!);
    const mse = reference.mseGradient(z, t);
    return z.map((_, c) => (w.kd * kd[c]! + w.ce * ce[c]! + w.mse * mse[c]!) / student.length);
  });
  // Probabilities are of size 1, and their differences are rounded as such.
  const size = (w.kd / temperature + w.ce + w.mse * 40) / student.length;
  return { value, gradient, size };
}

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

const logit = fc.float({ min: -20, max: 20, noNaN: true }).map((z) => (Math.abs(z) < 1e-6 ? 0 : z));
const samples = fc.integer({ min: 2, max: 7 }).chain((classes) =>
  fc.array(
    fc.record({
      student: fc.array(logit, { minLength: classes, maxLength: classes }),
      teacher: fc.array(logit, { minLength: classes, maxLength: classes }),
      label: fc.nat(classes - 1),
    }),
    { minLength: 1, maxLength: 6 },
  ),
);
function batch(rows: { student: number[]; teacher: number[]; label: number }[]): Samples {
  return {
    student: rows.map((row) => row.student),
    teacher: rows.map((row) => row.teacher),
    labels: rows.map((row) => row.label),
  };
}

describe("losses", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  it("hold the article's", () => {
    for (const name of Object.keys(allSettings)) assert.ok(losses.has(name), name);
  });

  it("has the values of a sample worked out by hand", () => {
    // softmax(ln 1, ln 2, ln 5) = (1, 2, 5)/8, softmax(ln 4, ln 2, ln 2) = (4, 2, 2)/8; label 2.
    const one: Samples = {
      student: [[Math.log(1), Math.log(2), Math.log(5)]],
      teacher: [[Math.log(4), Math.log(2), Math.log(2)]],
      labels: [2],
    };
    const softCe = 0.5 * Math.log(8) + 0.25 * Math.log(4) + 0.25 * Math.log(8 / 5); // 1.5037955...
    const hardCe = Math.log(8 / 5); // 0.4700036...
    const squares = (Math.log(4) ** 2 + 0 + Math.log(5 / 2) ** 2) / 3; // 0.9204668...
    const at = (type: string, settings: object): number => evaluate(tf, type, settings, one).value;
    assert.ok(relativeError(at("hard", {}), hardCe) < 1e-6);
    assert.ok(relativeError(at("kd", { temperature: 1 }), softCe) < 1e-6);
    assert.ok(relativeError(at("mse", {}), squares) < 1e-6);
    const weighted = at("kd_ce", { temperature: 1, alpha: 3, beta: 1 });
    assert.ok(relativeError(weighted, 0.75 * softCe + 0.25 * hardCe) < 1e-6);
    assert.ok(relativeError(at("kd_mse", { temperature: 1, alpha: 0.25 }), 0.25 * softCe + 0.75 * squares) < 1e-6);

    // At τ = 2 the probabilities are proportional to the square roots: (1, √2, √5) and (2, √2, √2).
    const [s, t] = [1 + Math.SQRT2 + Math.sqrt(5), 2 + 2 * Math.SQRT2];
    const soft2 =
      -(2 / t) * Math.log(1 / s) - (Math.SQRT2 / t) * (Math.log(Math.SQRT2 / s) + Math.log(Math.sqrt(5) / s));
    assert.ok(relativeError(at("kd", { temperature: 2, temperatureScaling: "none" }), soft2) < 1e-6);
    assert.ok(relativeError(at("kd", { temperature: 2, temperatureScaling: "soft" }), 4 * soft2) < 1e-6);
    const scaled = (temperatureScaling: string) =>
      at("kd_ce", { temperature: 2, temperatureScaling, alpha: 1, beta: 1 });
    assert.ok(relativeError(scaled("none"), (soft2 + hardCe) / 2) < 1e-6);
    assert.ok(relativeError(scaled("soft"), (4 * soft2 + hardCe) / 2) < 1e-6);
    assert.ok(relativeError(scaled("whole"), (4 * soft2 + 4 * hardCe) / 2) < 1e-6);
  });

  for (const [type, choices] of Object.entries(allSettings)) {
    for (const settings of choices) {
      it(`${type} ${JSON.stringify(settings)} has the values and gradients of double precision`, () => {
        fc.assert(
          fc.property(samples, (rows) => {
            const input = batch(rows);
            const expected = golden(type, settings, input);
            const actual = evaluate(tf, type, settings, input);
            // Below 1e-4 the rounding of the float32 logits themselves is more than a millionth of the value.
            assert.ok(
              Math.abs(actual.value - expected.value) <= 1e-6 * Math.max(1e-4, expected.value),
              `${actual.value}, expected ${expected.value}`,
            );
            actual.gradient.flat().forEach((g, i) => {
              const difference = Math.abs(g - expected.gradient.flat()[i]!);
              assert.ok(difference <= 1e-6 * expected.size, `gradient off by ${difference} of ${expected.size}`);
            });
          }),
          { numRuns: 20, seed: 1 },
        );
      });

      it(`${type} ${JSON.stringify(settings)} is finite for logits of ±1e4`, () => {
        const extreme: Samples = {
          student: [[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [0, 0, 1e4], [3, 2, 1]], // prettier-ignore
          teacher: [[-1e4, 1e4, 0], [1e4, 1e4, 1e4], [0, 0, 1e4], [1e4, -1e4, -1e4]], // prettier-ignore
          labels: [1, 0, 2, 0],
        };
        const { value, gradient } = evaluate(tf, type, settings, extreme);
        assert.ok(Number.isFinite(value));
        assert.ok(gradient.flat().every(Number.isFinite));
      });
    }
  }

  it("keeps the relative precision of a label that has nearly all probability", () => {
    const { value } = evaluate(tf, "hard", {}, { student: [[20, 0, 0]], teacher: [[0, 0, 0]], labels: [0] });
    assert.ok(relativeError(value, Math.log1p(2 * Math.exp(-20))) < 1e-6, `${value}`);
  });

  it("gives no gradient where student and teacher agree", () => {
    const same = [[2, -1, 0.5]];
    const { gradient } = evaluate(tf, "kd", { temperature: 3 }, { student: same, teacher: same, labels: [0] });
    assert.ok(gradient.flat().every((g) => Math.abs(g) < 1e-6));
  });

  it("leaves no tensor behind", () => {
    const input: Samples = { student: [[1, 2, 3]], teacher: [[3, 2, 1]], labels: [0] };
    for (const { name } of losses) evaluate(tf, name, {}, input);
    const before = tf.memory().numTensors;
    for (const { name } of losses) evaluate(tf, name, {}, input);
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("bugs that shipped in well-known code would show", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });
  const student = [3, -1, 0.5, 2];
  const teacher = [-2, 9, 1, 0];
  const input: Samples = { student: [student], teacher: [teacher], labels: [1] };
  const temperature = 4;
  const right = reference.kd(student, teacher, temperature);
  const bugs: Record<string, number> = {
    "teacher and student swapped": reference.kd(teacher, student, temperature),
    "the teacher's logits fed twice": reference.kd(teacher, teacher, temperature),
    "only the teacher's logits divided by τ": reference.crossEntropy(
      reference.softmax(teacher, temperature),
      reference.softmax(student),
    ),
    "a mean over classes in place of the sum": right / student.length,
  };
  for (const [bug, wrong] of Object.entries(bugs)) {
    it(bug, () => {
      for (const type of ["kd", "kd_ce", "kd_mse"]) {
        const settings = { temperature, temperatureScaling: "none", alpha: 1, beta: 0 };
        const { value } = evaluate(tf, type, settings, input);
        assert.ok(relativeError(value, right) < 1e-6, `${type}: ${value}, expected ${right}`);
        assert.ok(relativeError(value, wrong) > 0.05, `${type}: ${value} is what the bug gives`);
      }
    });
  }
});
