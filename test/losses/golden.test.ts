import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { losses } from "../../src/losses/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { repository } from "../support/small-study.js";
import { gradientOf, lossOf, numericGradient, relativeError, termsOf } from "./compute.js";
import { batches, cases, timesTemperature, titleOf, type Case } from "./golden/cases.js";
import { formulas, objective, standardizing, type Batch, type Formula, type Terms } from "./golden/formulas.js";

type Golden = Readonly<Record<string, Readonly<Record<string, Terms>>>>;
const golden = JSON.parse(readFileSync(join(repository, "test/losses/golden/values.json"), "utf8")) as Golden;

const formulaOf = ({ loss, standardize }: Case): Formula =>
  standardize === true ? standardizing(formulas[loss]!) : formulas[loss]!;
const batchOf = (one: Case, name: string): Batch => ({ ...batches[name]!, epoch: one.epoch ?? 1 });

/** Where the models nearly agree, the logits' own rounding in standardization, or of a log-odds, counts for more. */
const tolerances: Readonly<Record<string, number>> = { ordinary: 1e-6, wide: 1e-6, softLabels: 1e-6, near: 5e-6 };

describe("losses against golden values (golden/make.ts, double precision)", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  it("has a case for every loss, and with standardize for every loss that knows it", () => {
    assert.deepEqual(new Set(cases.map(({ loss }) => loss)), new Set(losses.names()));
    const knowing = [...losses].filter(({ settings }) => "standardize" in settings.shape).map(({ name }) => name);
    assert.deepEqual(new Set(cases.filter(({ standardize }) => standardize).map(({ loss }) => loss)), new Set(knowing));
  });

  for (const one of cases) {
    it(titleOf(one), () => {
      const { loss, settings } = lossOf(one);
      for (const [name, tolerance] of Object.entries(tolerances)) {
        const batch = batchOf(one, name);
        const wanted = golden[titleOf(one)]![name]!;
        const found = termsOf(tf, loss, settings, batch);
        assert.deepEqual(Object.keys(found).sort(), Object.keys(wanted).sort());
        for (const term of ["teacher", "labels"] as const) {
          const [values, expected] = [found[term] ?? [], wanted[term] ?? []];
          assert.equal(values.length, expected.length);
          assert.ok(
            relativeError(values, expected) <= tolerance,
            `${name} ${term}: ${String(values)} for ${String(expected)}`,
          );
        }
        const [mean, expected] = [objective(found), objective(wanted)];
        assert.ok(Math.abs(mean - expected) <= tolerance * Math.abs(expected), `${name}: ${mean} for ${expected}`);
      }
    });

    it(`${titleOf(one)}: the gradient is that of finite differences`, () => {
      const { loss, settings } = lossOf(one);
      for (const name of Object.keys(batches)) {
        const batch = batchOf(one, name);
        const formula = formulaOf(one);
        const value = (student: Batch["student"]): number => objective(formula({ ...batch, student }, one.settings));
        const wanted = numericGradient(value, batch.student).flat();
        const found = gradientOf(tf, loss, settings, batch).flat();
        // 1e-9: what is left of a double's digits in a central difference.
        const allowed = 2e-5 * Math.max(...wanted.map(Math.abs)) + 1e-9;
        const error = Math.max(...wanted.map((slope, i) => Math.abs(slope - found[i]!)));
        assert.ok(error <= allowed, `${name}: off by ${error} of ${allowed}\n${String(found)}\n${String(wanted)}`);
      }
    });
  }

  it("values.json is what the script writes", () => {
    for (const one of cases) {
      for (const name of Object.keys(batches)) {
        const fresh = formulaOf(one)(batchOf(one, name), one.settings);
        for (const [term, values] of Object.entries(golden[titleOf(one)]![name]!)) {
          const close = relativeError(fresh[term as keyof Terms]!, values as number[]) <= 1e-12;
          assert.ok(close, `${titleOf(one)}, ${name}, ${term}`);
        }
      }
    }
  });
});

/** The formula with one of the bugs that shipped in well-known code, and the cases it must show in. */
const bugs: readonly {
  readonly name: string;
  readonly of: (formula: Formula, one: Case) => Formula;
  readonly shows: (one: Case) => boolean;
}[] = [
  {
    name: "teacher and student swapped",
    of: (formula) => (batch, settings) => {
      const { teacher } = formula({ ...batch, student: batch.teacher, teacher: batch.student }, settings);
      return { ...formula(batch, settings), teacher: teacher! };
    },
    // The others are symmetric: there the gradient tells.
    shows: ({ loss, settings }) => !["mse", "ce_mse", "dist"].includes(loss) && settings.beta !== 0.5,
  },
  {
    name: "the teacher's logits fed twice",
    of: (formula) => (batch, settings) => {
      const { teacher } = formula({ ...batch, student: batch.teacher }, settings);
      return { ...formula(batch, settings), teacher: teacher! };
    },
    shows: () => true,
  },
  {
    name: "only the teacher's logits divided by τ",
    of: (formula) => (batch, settings) => {
      const student = timesTemperature(batch.student, settings.temperature!);
      return { ...formula(batch, settings), teacher: formula({ ...batch, student }, settings).teacher! };
    },
    shows: ({ settings, standardize }) => (settings.temperature ?? 1) !== 1 && standardize === undefined,
  },
  {
    name: "a mean over classes instead of a sum",
    of: (formula) => (batch, settings) => {
      const { teacher, ...rest } = formula(batch, settings);
      return { ...rest, teacher: teacher!.map((value) => value / batch.student[0]!.length) };
    },
    shows: () => true,
  },
  {
    name: "the deviation over C instead of C - 1",
    of: (_, { loss, settings }) => {
      // The biased deviation is sqrt(4/5) of the other: dividing by it is dividing by the other and by that.
      const biased = Math.sqrt(4 / 5);
      const plain = formulas[loss]!;
      if (loss === "norm_kd")
        return (batch) => plain(batch, { ...settings, temperatureFactor: settings.temperatureFactor! * biased });
      return (batch) => {
        const scaled = (rows: Batch["student"]): Batch["student"] =>
          standardizedRows(rows).map((row) => row.map((z) => z / biased));
        const { teacher } = plain(
          { ...batch, student: scaled(batch.student), teacher: scaled(batch.teacher) },
          settings,
        );
        return { ...plain(batch, settings), teacher: teacher! };
      };
    },
    shows: ({ loss, standardize }) => standardize === true || loss === "norm_kd",
  },
  {
    name: "the labels' cross-entropy on standardized logits",
    of:
      (formula, { loss }) =>
      (batch, settings) => {
        const { labels } = formulas[loss]!({ ...batch, student: standardizedRows(batch.student) }, settings);
        return { ...formula(batch, settings), ...(labels && { labels }) };
      },
    shows: ({ loss, standardize }) => standardize === true && losses.get(loss).needs === "both",
  },
];

function standardizedRows(rows: Batch["student"]): Batch["student"] {
  return rows.map((row) => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    const std = Math.sqrt(row.reduce((total, z) => total + (z - mean) ** 2, 0) / (row.length - 1));
    return row.map((z) => (z - mean) / std);
  });
}

describe("bugs of well-known code", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  for (const { name, of, shows } of bugs) {
    it(`tells from each loss: ${name}`, () => {
      const showing = cases.filter((one) => losses.get(one.loss).needs !== "labels" && shows(one));
      assert.ok(showing.length > 1);
      for (const one of showing) {
        const { loss, settings } = lossOf(one);
        const batch = batchOf(one, "ordinary");
        const found = objective(termsOf(tf, loss, settings, batch));
        const wrong = objective(of(formulaOf(one), one)(batch, one.settings));
        assert.ok(Math.abs(found - wrong) > 1e-4 * Math.abs(wrong), `${titleOf(one)}: ${found}, with the bug ${wrong}`);
      }
    });
  }
});
