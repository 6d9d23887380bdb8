import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { StudyReader } from "../../src/store/reader.js";
import { formatVersion } from "../../src/store/schema.js";
import { openStudy } from "../../src/store/sqlite.js";
import { overviewOf } from "./overview.js";
import { plain } from "./plain.js";
import { temporaryFolder } from "./programs/programs.js";
import { complete, environment, metrics, trial } from "./samples.js";

const fixtures = join("test", "store", "fixtures");
const formats = readdirSync(fixtures).flatMap((name) => /^format-(\d+)\.sqlite$/.exec(name)?.[1] ?? []);

describe("a study of every format that there was", () => {
  const folder = temporaryFolder();

  it("is among the fixtures", () => {
    assert.deepEqual(
      formats.map(Number).sort((a, b) => a - b),
      Array.from({ length: formatVersion }, (_, index) => index + 1),
    );
  });

  function copyOf(format: string): string {
    const study = join(folder(), "study");
    mkdirSync(study);
    copyFileSync(join(fixtures, `format-${format}.sqlite`), join(study, "study.sqlite"));
    return study;
  }

  it("has its paths from the study's folder once it is written again", () => {
    const study = copyOf("5");
    const path = join(folder(), "photos");
    const change = new DatabaseSync(join(study, "study.sqlite"));
    change.exec(`UPDATE trials SET settings = json_set(settings, '$.dataset.path', '${path}');
      UPDATE attempts SET message = '${path}: gone' WHERE message IS NOT NULL`);
    change.close();
    openStudy(study).close();
    assert.ok(!readFileSync(join(study, "study.sqlite"), "latin1").includes(folder()));
    const reader = StudyReader.open(study);
    const { trials } = reader.snapshot();
    reader.close();
    assert.ok(trials.every(({ spec }) => spec.settings.dataset.path === path));
    const messages = trials.flatMap(({ attempts }) => attempts.flatMap(({ message }) => message ?? []));
    assert.ok(messages.includes(`${path}: gone`));
  });

  it("has the paths found that format 6 did not, and keeps those that it wrote", () => {
    const study = copyOf("6");
    const glued = `PATH=${folder()}/bin: no such folder`;
    const beside = join(folder(), "photos");
    const change = new DatabaseSync(join(study, "study.sqlite"));
    change.exec(`UPDATE trials SET settings = json_set(settings, '$.dataset.path', '\${study}/../photos');
      UPDATE attempts SET message = '${glued}' WHERE message IS NOT NULL`);
    change.close();
    openStudy(study).close();
    assert.ok(!readFileSync(join(study, "study.sqlite"), "latin1").includes(folder()));
    const reader = StudyReader.open(study);
    const { trials } = reader.snapshot();
    reader.close();
    assert.ok(trials.every(({ spec }) => spec.settings.dataset.path === beside));
    assert.ok(trials.flatMap(({ attempts }) => attempts.flatMap(({ message }) => message ?? [])).includes(glued));
  });

  for (const format of formats) {
    const copy = (): string => copyOf(format);

    it(`can be read: ${format}`, () => {
      const reader = StudyReader.open(copy());
      assert.deepEqual(reader.overview(), overviewOf(reader.snapshot()));
      assert.deepEqual(plain(reader), JSON.parse(readFileSync(join(fixtures, `format-${format}.json`), "utf8")));
      reader.close();
    });

    it(`is sound to the machine's own SQLite once it is written again: ${format}`, function () {
      const tool = (...options: string[]): { status: number | null; stdout: string } =>
        spawnSync("sqlite3", options, { encoding: "utf8" });
      if (tool("--version").status !== 0) this.skip();
      const study = copy();
      openStudy(study).close();
      // Not -readonly: then this tool checks no CHECK.
      const { stdout } = tool(join(study, "study.sqlite"), "PRAGMA integrity_check; PRAGMA foreign_key_check");
      assert.equal(stdout, "ok\n");
    });

    it(`can be gone on with: ${format}`, () => {
      const store = openStudy(copy());
      const left = store.snapshot().trials[0]!;
      assert.deepEqual(
        [left.spec.id, left.state, left.attempts.map(({ reason }) => reason)],
        [trial(3).id, "waiting", ["worker-exit"]],
      );
      const attempt = store.begin(trial(3).id, store.environment(environment));
      assert.equal(attempt.number, 2);
      for (const epoch of [1, 2]) store.epoch(attempt, metrics(epoch));
      store.finish(attempt, complete());
      assert.equal(store.states().get(trial(3).id), "complete");
      store.close();
    });
  }
});
