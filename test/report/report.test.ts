import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { writeReport } from "../../src/report/report.js";
import { readResults } from "../../src/report/results.js";
import { summaryTable } from "../../src/report/table.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { UserError } from "../../src/trial/issue.js";
import { studyOf, typicalStudy, type Configuration } from "./study.js";

describe("a study's report", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kd-sweep-report-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(snapshot: StudySnapshot): ReturnType<typeof writeReport> {
    return writeReport(folder, readResults(snapshot));
  }

  function everything(): Map<string, string> {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(
      names.map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(folder.length + 1), readFileSync(path).toString("base64")] as const;
      }),
    );
  }

  it("is in the files it names, and in no others", async () => {
    const { files } = await write(typicalStudy());
    assert.deepEqual([...everything().keys()].sort(), files.map((path) => path.slice(folder.length + 1)).sort());
    const table = (name: string): string => readFileSync(join(folder, name), "utf8");
    assert.match(table("images.csv"), /^dataset,image_size,class,train,validation,test\npetals,64,daisy,170,30,0\n/);
    assert.match(table("skipped.csv"), /\npetals,64,rose\/broken <1>.jpg,"not a JPEG, PNG or WebP file"\n/);
    for (const name of ["trials.csv", "epochs.csv", "summary.csv", "report.html", join("charts", "final.png")]) {
      assert.ok(files.includes(join(folder, name)), name);
    }
  });

  it("is the same to the byte, whatever the order in which the store gave its trials", async () => {
    await write(typicalStudy());
    const first = everything();
    const study = typicalStudy();
    await write({ ...study, trials: study.trials.toReversed(), artifacts: study.artifacts.toReversed() });
    assert.deepEqual(everything(), first);
  });

  it("takes away the charts of an earlier plan and nothing that is not its own", async () => {
    await write(typicalStudy());
    writeFileSync(join(folder, "charts", "mine.png"), "mine");
    writeFileSync(join(folder, "study.log"), "log");
    const hard: Configuration = { parameters: { "loss.type": "hard" }, outcomes: [0.5] };
    const { files } = await write({ ...studyOf([hard]), artifacts: [] });
    const charts = readdirSync(join(folder, "charts")).sort();
    const named = files.map((path) => basename(path));
    assert.deepEqual(
      charts.filter((name) => !named.includes(name)),
      ["mine.png"],
    );
    assert.ok(!charts.includes("temperature.png") && !charts.includes("teacher-loss.csv"));
    assert.equal(readFileSync(join(folder, "study.log"), "utf8"), "log");
  });

  it("takes away what a killed process left half written, and nothing that is not its own", async () => {
    const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
    mkdirSync(join(folder, "charts"));
    const stays = [`report.html.${process.ppid}.tmp`, `mine.html.${gone}.tmp`, join("charts", `mine.png.${gone}.tmp`)];
    const goes = [`report.html.${gone}.tmp`, join("charts", `final.png.${gone}.tmp`)];
    for (const name of [...stays, ...goes]) writeFileSync(join(folder, name), "half");
    await write(typicalStudy());
    assert.deepEqual([...everything().keys()].filter((name) => name.endsWith(".tmp")).sort(), stays.toSorted());
  });

  it("names no chart in its page and its Markdown that is not there, where writing fails between", async () => {
    mkdirSync(join(folder, "charts", "final.png"), { recursive: true });
    await assert.rejects(write(typicalStudy()), /final\.png: a folder is in the way/);
    assert.ok(existsSync(join(folder, "summary.csv")));
    assert.ok(!existsSync(join(folder, "report.html")) && !existsSync(join(folder, "report.md")));
  });

  const one: Configuration = { parameters: { "loss.type": "kd" }, outcomes: [0.5] };
  const unusual: Record<string, StudySnapshot> = {
    "without a finished trial": studyOf([
      { parameters: { "loss.type": "kd" }, outcomes: ["waiting", "failed", "running"] },
    ]),
    "without artifacts": { ...typicalStudy(), artifacts: [] },
    "of one trial of one epoch": studyOf([one], { epochs: 1 }),
    "of one seed": studyOf([one, { parameters: { "loss.type": "mse" }, outcomes: [0.5] }]),
    "without a baseline": studyOf([one], { baseline: null }),
    "whose baseline failed": studyOf([{ parameters: { "loss.type": "hard" }, outcomes: ["failed"] }, one]),
    "whose metric no trial has": studyOf(
      [{ parameters: { "loss.type": "hard" }, outcomes: [0.5], settings: { teacher: null } }],
      { metric: "val_kl" },
    ),
    "that was swept over nothing": studyOf([{ parameters: {}, outcomes: [0.5, 0.6, 0.7] }]),
    "of no trials": { ...studyOf([]), artifacts: [], environments: [] },
  };
  for (const [name, study] of Object.entries(unusual)) {
    it(`can be made of a study ${name}`, async () => {
      const { files } = await write(study);
      for (const path of files) assert.ok(readFileSync(path).length > 0, path);
      for (const path of files)
        assert.doesNotMatch(
          path.endsWith("png") ? "" : readFileSync(path, "utf8").replace(/<script>[\s\S]*<\/script>/, ""),
          /\bNaN(?! at epoch)\b|undefined|Infinity/,
        );
      assert.notEqual(summaryTable(readResults(study)), "");
    });
  }

  it("says which file cannot be written, and leaves no half of it", async () => {
    mkdirSync(join(folder, "trials.csv"));
    writeFileSync(join(folder, "trials.csv", "in-the-way"), "");
    await assert.rejects(write(typicalStudy()), (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.exitCode, 3);
      assert.match(error.message, /cannot write .*trials\.csv: a folder is in the way/);
      return true;
    });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
    assert.ok(existsSync(join(folder, "trials.csv", "in-the-way")));
  });

  it("says which file cannot be removed", async () => {
    mkdirSync(join(folder, "images.csv"));
    await assert.rejects(write({ ...studyOf([one]), artifacts: [] }), (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.exitCode, 3);
      assert.match(error.message, /cannot remove .*images\.csv: a folder is in the way/);
      return true;
    });
  });
});
