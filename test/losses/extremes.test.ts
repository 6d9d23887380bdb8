import assert from "node:assert/strict";
import { losses } from "../../src/losses/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { gradientOf, termsOf } from "./compute.js";
import type { Rows } from "./golden/formulas.js";

/** Rows of logits that break a naive softmax, correlation or standardization. */
const rows: Readonly<Record<string, readonly number[]>> = {
  "far apart": [1e4, -1e4, 1e4, -1e4, 0],
  "far apart, the other way": [-1e4, 1e4, 0, 1e4, -1e4],
  "all high": [1e4, 1e4, 1e4, 1e4, 1e4],
  "all equal": [0, 0, 0, 0, 0],
  "one class of probability 1": [0, 0, 1e4, 0, 0],
  "one class of probability 0": [3, -1e4, 1, 2, 0],
  "nearly equal": [1e-6, 0, 0, -1e-6, 0],
  ordinary: [1.5, -0.25, 0.75, 2.125, -3],
};
/** Every row against every other, with each label. */
const samples = Object.keys(rows).flatMap((student) =>
  Object.keys(rows).flatMap((teacher) =>
    [0, 1, 2, 3, 4].map((y) => ({ student, teacher, label: [0, 1, 2, 3, 4].map((c) => (c === y ? 1 : 0)) })),
  ),
);
const temperatures = [0.1, 1, 100];

describe("losses at extreme logits", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  for (const loss of losses) {
    it(`${loss.name}: finite values and gradients, none below 0`, () => {
      const flags = [
        {},
        ...("standardize" in loss.settings.shape ? [{ standardize: true }] : []),
        ...("labelSmoothing" in loss.settings.shape ? [{ labelSmoothing: 0.2 }] : []),
      ];
      const heated = Object.keys(loss.settings.shape).filter((name) => /temperature$/i.test(name));
      for (const temperature of heated.length === 0 ? [1] : temperatures) {
        for (const flag of flags) {
          const settings = loss.settings.parse({
            ...Object.fromEntries(heated.map((name) => [name, temperature])),
            ...flag,
          });
          const batch = {
            student: samples.map(({ student }) => rows[student]!),
            teacher: samples.map(({ teacher }) => rows[teacher]!),
            labels: samples.map(({ label }) => label),
            epoch: 1,
          };
          const { teacher = [], labels = [] } = termsOf(tf, loss, settings, batch);
          const gradient = gradientOf(tf, loss, settings, batch);
          samples.forEach((sample, i) => {
            const where = `${JSON.stringify(settings)} at ${JSON.stringify(sample)}`;
            for (const value of [teacher[i] ?? 0, labels[i] ?? 0]) {
              assert.ok(Number.isFinite(value) && value >= 0, `${value} with ${where}`);
            }
            assert.ok(gradient[i]!.every(Number.isFinite), `gradient ${String(gradient[i])} with ${where}`);
          });
        }
      }
    });

    it(`${loss.name}: a batch of one, and of equal images`, () => {
      const settings = loss.settings.parse({});
      for (const count of [1, 3]) {
        const of = (row: readonly number[]): Rows => Array.from({ length: count }, () => row);
        const batch = {
          student: of(rows.ordinary!),
          teacher: of([0, 1, 2, 3, 4]),
          labels: of([0, 0, 1, 0, 0]),
          epoch: 1,
        };
        const { teacher = [], labels = [] } = termsOf(tf, loss, settings, batch);
        assert.ok([...teacher, ...labels, ...gradientOf(tf, loss, settings, batch).flat()].every(Number.isFinite));
      }
    });

    it(`${loss.name}: two classes`, () => {
      const settings = loss.settings.parse({});
      const batch = {
        student: [
          [1, -2],
          [0, 3],
        ],
        teacher: [
          [2, 0.5],
          [4, -1],
        ],
        labels: [
          [1, 0],
          [0, 1],
        ],
        epoch: 1,
      };
      const { teacher = [], labels = [] } = termsOf(tf, loss, settings, batch);
      assert.ok([...teacher, ...labels, ...gradientOf(tf, loss, settings, batch).flat()].every(Number.isFinite));
    });
  }
});
