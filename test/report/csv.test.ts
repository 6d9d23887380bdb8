import assert from "node:assert/strict";
import fc from "fast-check";
import { csv, epochsTable, summaryTableOf, trialsTable, type Cell, type Table } from "../../src/report/csv.js";
import { readResults } from "../../src/report/results.js";
import { studyOf, typicalStudy, withTeacherSeeds, withTest } from "./study.js";

/** Reads RFC 4180 text: enough of a parser to check what was written. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    row.push(quoted === undefined ? (bare ?? "") : quoted.replaceAll('""', '"'));
    if (end === "\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

function records({ columns, rows }: Table): Record<string, Cell>[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
}

describe("CSV", () => {
  it("gives numbers and texts back as they were", () => {
    const cell = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.stringMatching(/^[a-zτ][ -~τ\n]*$/));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }), (rows) => {
        const [, ...read] = parse(csv(["a", "b"], rows));
        assert.deepEqual(
          read,
          rows.map((row) => row.map(String)),
        );
      }),
    );
  });

  it("leaves nothing that a spreadsheet would run, and leaves negative numbers alone", () => {
    for (const text of ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "＝1"]) {
      assert.equal(parse(csv(["=a"], [[text]]))[1]?.[0]?.charAt(0), "'");
    }
    assert.equal(parse(csv(["=a"], []))[0]?.[0], "'=a");
    assert.equal(csv(["a"], [[-0.5]]), "a\n-0.5\n");
  });
});

describe("the tables of a study", () => {
  const results = readResults(typicalStudy());

  it("have a row per trial with state, reason, swept parameters, final and best metrics", () => {
    const rows = records(trialsTable(results));
    assert.equal(rows.length, 21);
    for (const [index, row] of rows.entries()) {
      const trial = results.trials[index]!;
      assert.equal(row.id, trial.spec.id);
      assert.equal(row["loss.type"], trial.spec.parameters["loss.type"]);
      assert.equal(row["loss.temperature"], trial.spec.parameters["loss.temperature"] ?? null);
      assert.equal(row.final_val_accuracy, trial.result?.final.val_accuracy ?? null);
      assert.equal(row.best_epoch, trial.result?.best.epoch ?? null);
      assert.equal(row.best_val_kl, trial.result?.best.val_kl ?? null);
    }
    const failed = rows.find(({ state }) => state === "failed");
    assert.equal(failed?.reason, "non-finite");
    assert.equal(failed.attempts, 2);
    assert.equal(failed.final_val_loss, null);
  });

  it("have a row per trial and epoch, those of a failed trial too", () => {
    const rows = records(epochsTable(results));
    assert.equal(rows.length, 20 * 10 + 2);
    const trial = results.trials[4]!;
    const own = rows.filter(({ id }) => id === trial.spec.id);
    assert.deepEqual(
      own.map(({ epoch, train_loss, seconds }) => [epoch, train_loss, seconds]),
      trial.epochs.map(({ epoch, train_loss, seconds }) => [epoch, train_loss, seconds]),
    );
  });

  it("have a row per configuration, best first, with the interval from three seeds up", () => {
    const rows = records(summaryTableOf(results));
    assert.deepEqual(
      rows.map(({ label }) => label),
      results.variants.map(({ label }) => label),
    );
    const of = (label: string): Record<string, Cell> => rows.find((row) => row.label === label)!;
    assert.equal(of("mse").seeds, 2);
    assert.equal(of("mse").planned, 3);
    assert.equal(of("mse").interval_low, null);
    assert.equal(of("hard").baseline, true);
    assert.equal(of("hard").difference, null);
    assert.equal(of("kd τ=4").val_accuracy_mean, of("kd τ=4").mean);
    assert.ok(Number(of("kd τ=4").interval_low) < Number(of("kd τ=4").mean));
  });

  it("count runs beside seeds where teachers have several seeds, and only there", () => {
    assert.ok(!summaryTableOf(results).columns.includes("runs"));
    const kd = { parameters: { "loss.type": "kd" }, outcomes: [0.5, 0.6, "failed" as const] };
    const [row] = records(summaryTableOf(readResults(withTeacherSeeds(studyOf([kd]), { 1: 0, 2: 0.1 }))));
    assert.deepEqual([row!.seeds, row!.planned, row!.runs, row!.planned_runs], [2, 3, 4, 6]);
  });

  it("have the test split's figures, where there is one", () => {
    const tested = readResults(withTest(typicalStudy(), ({ val_accuracy }) => val_accuracy - 0.1));
    const plain = summaryTableOf(results);
    const { columns, rows } = summaryTableOf(tested);
    const added = columns.filter((name) => !plain.columns.includes(name));
    assert.deepEqual(
      added,
      ["accuracy", "cross_entropy", "kl", "agreement", "ece"].flatMap((name) =>
        ["mean", "sd", "low", "high"].map((part) => `test_${name}_${part}`),
      ),
    );
    for (const row of records({ columns, rows })) {
      for (const part of ["mean", "low", "high"]) {
        const [own, validation] = [row[`test_accuracy_${part}`], row[`val_accuracy_${part}`]];
        if (validation === null) assert.equal(own, null);
        else assert.ok(Math.abs(Number(own) - (Number(validation) - 0.1)) < 1e-12, part);
      }
      assert.equal(row.test_kl_mean, row.val_kl_mean);
    }
  });

  it("show of paths the last part only", () => {
    const study = studyOf([{ parameters: { "dataset.path": "/home/someone/photos" }, outcomes: [0.5, "failed"] }]);
    const trials = study.trials.map((trial) => ({
      ...trial,
      attempts: trial.attempts.map((attempt) => ({ ...attempt, message: "cannot read /home/someone/photos/a.jpg" })),
    }));
    const tables = readResults({ ...study, trials });
    for (const table of [trialsTable(tables), epochsTable(tables), summaryTableOf(tables)]) {
      assert.ok(!csv(table.columns, table.rows).includes("someone"));
      for (const row of records(table)) assert.equal(row["dataset.path"], "photos");
    }
    assert.ok(records(trialsTable(tables)).some(({ message }) => message === "cannot read a.jpg"));
  });
});
