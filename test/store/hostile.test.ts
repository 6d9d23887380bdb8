import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { statusLines } from "../../src/cli/status-lines.js";
import { StudyReader } from "../../src/store/reader.js";
import { openStudy } from "../../src/store/sqlite.js";
import { setAside } from "../../src/study/aside.js";
import { statusOf } from "../../src/study/status.js";
import { UserError } from "../../src/trial/issue.js";
import { complete, environment, metrics, plan, trial } from "./samples.js";
import { temporaryFolder } from "./programs/programs.js";

describe("a study that somebody else changed", () => {
  const folder = temporaryFolder();
  const study = (): string => join(folder(), "study");

  /** A finished study of two trials, then changed by SQL, checks off. */
  function changed(sql: string): void {
    const store = openStudy(study(), { create: true });
    store.plan(plan([0, 1]));
    store.environment(environment);
    for (const index of [0, 1]) {
      const attempt = store.begin(trial(index).id, 0);
      store.epoch(attempt, metrics(1));
      store.finish(attempt, complete());
    }
    store.close();
    const connection = new DatabaseSync(join(study(), "study.sqlite"));
    connection.exec(`PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; ${sql}`);
    connection.close();
  }

  function refusal(): string {
    let message = "";
    for (const open of [() => StudyReader.open(study()).snapshot(), () => openStudy(study()).snapshot()]) {
      assert.throws(open, (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.equal(error.exitCode, 1);
        message = error.message;
        return true;
      });
    }
    return message;
  }

  for (const [what, sql] of [
    ["settings that are a list", "UPDATE trials SET settings = '[]'"],
    ["settings without a loss", "UPDATE trials SET settings = json_remove(settings, '$.loss')"],
    ["a loss that is a number", "UPDATE trials SET settings = json_set(settings, '$.loss', 5)"],
    ["parameters that are a number", "UPDATE trials SET parameters = '5'"],
    ["parameters that are no JSON", "UPDATE trials SET parameters = '{'"],
    ["swept names that are no texts", "UPDATE plan SET parameters = '[5, null]'"],
    ["overrides that are none", "UPDATE plan SET overrides = '3'"],
    ["a metric that is none", "UPDATE plan SET metric = 'evil'"],
    ["comparisons that are none", "UPDATE plan SET comparisons = '[1, {}]'"],
    ["a state that is none", "UPDATE trials SET state = 'evil'"],
    ["a test that is none", "UPDATE results SET test = '5'"],
    ["an artifact of nothing", "INSERT INTO artifacts VALUES ('k', 'images', 'c', 1, 0, 'null', NULL)"],
    ["images without classes", `INSERT INTO artifacts VALUES ('k', 'images', 'c', 1, 0, '{"kind":"images"}', NULL)`],
    ["a column that is gone", "DROP VIEW final_metrics; DROP VIEW parameters; ALTER TABLE plan DROP COLUMN name"],
  ] as const) {
    it(`is refused for ${what}`, () => {
      changed(sql);
      assert.match(refusal(), /study\.sqlite is damaged \(.+\); it was left as it is/);
    });
  }

  it("is refused for a trigger", () => {
    changed("CREATE TRIGGER own AFTER INSERT ON attempts BEGIN UPDATE plan SET name = 'evil'; END");
    assert.match(refusal(), /\(trigger own is not as kd-sweep makes it\)/);
  });

  it("is refused for a view without end in a table's place, before anything is asked of it", () => {
    changed(
      `DROP VIEW final_metrics; ALTER TABLE results RENAME TO other;
       CREATE VIEW results AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT * FROM other, n`,
    );
    assert.match(refusal(), /\(table results is not as kd-sweep makes it\)/);
  });

  it("is refused for a computed column", () => {
    changed("ALTER TABLE environments ADD COLUMN large BLOB AS (zeroblob(1000000000))");
    assert.match(refusal(), /\(column environments\.large is not as kd-sweep makes it\)/);
  });

  it("is refused for a table that takes values of any type", () => {
    changed("DROP TABLE teacher_epochs; CREATE TABLE teacher_epochs (artifact, epoch)");
    assert.match(refusal(), /\(table teacher_epochs is not as kd-sweep makes it\)/);
  });

  it("serves with a view of a user's own, which nothing asks", () => {
    changed("CREATE VIEW mine AS SELECT id FROM trials");
    assert.equal(StudyReader.open(study()).snapshot().trials.length, 2);
  });

  it("cannot be written through a link out of it", () => {
    changed("");
    mkdirSync(join(folder(), "elsewhere"));
    symlinkSync(join(folder(), "elsewhere"), join(study(), "charts"));
    assert.match(refusal(), /charts: expected a file or folder of the study's own, found a link$/);
  });

  it("cannot be written through a link below, nor through one in its lock's place before it is locked", () => {
    changed("");
    const outside = join(folder(), "outside");
    writeFileSync(outside, "mine");
    const checkpoints = join(study(), "checkpoints", "0123456789abcdef");
    mkdirSync(checkpoints, { recursive: true });
    const link = join(checkpoints, "checkpoint-native.bin.new");
    symlinkSync(outside, link);
    assert.match(refusal(), /checkpoint-native\.bin\.new: expected a file or folder of the study's own, found a link$/);
    rmSync(link);
    symlinkSync(outside, join(study(), ".lock.pid"));
    assert.match(refusal(), /\.lock\.pid: expected a file or folder of the study's own, found a link$/);
    assert.throws(() => setAside(study(), new Date()), UserError);
    assert.equal(readFileSync(outside, "utf8"), "mine");
  });

  it("names what it ran on without control characters", () => {
    const evil = "'x' || char(27) || '[2J' || char(0x202e)";
    const columns = ["tensorflow", "tfjs", "node", "kd_sweep", "processor", "platform", "git_revision"];
    changed(`UPDATE environments SET ${columns.map((column) => `${column} = ${evil}`).join(", ")}`);
    const reader = StudyReader.open(study());
    const [ranOn] = reader.snapshot().environments;
    reader.close();
    assert.equal(ranOn?.processor, "x [2J ");
    assert.ok(!/[\p{Cc}\p{Cf}]/u.test(Object.values(ranOn).join("")), JSON.stringify(ranOn));
  });

  it("shows no control characters on a terminal", () => {
    changed("UPDATE plan SET name = char(27) || '[2J' || char(10) || 'evil' || char(0x202e)");
    const reader = StudyReader.open(study());
    const lines = statusLines(statusOf(reader.overview(), false, 0), { mostFailures: 3, usual: {} });
    reader.close();
    assert.ok(!/[\p{Cc}\p{Cf}]/u.test(lines.join("")), JSON.stringify(lines));
  });
});
