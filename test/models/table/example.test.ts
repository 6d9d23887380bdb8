import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { matchLogits } from "../../../src/models/table/match.js";
import { readTable } from "../../../src/models/table/rows.js";
import { repository } from "../../support/small-study.js";
import { temporaryFolder } from "../../support/temporary.js";

describe("the Python example of docs/teachers.md", () => {
  const folder = temporaryFolder();

  it("writes a table that is read for every image", function () {
    if (spawnSync("python3", ["--version"]).status !== 0) this.skip();
    const [, example] = /```python\n(import csv.*?)```/s.exec(
      readFileSync(join(repository, "docs/teachers.md"), "utf8"),
    )!;
    const sources = ["roses/a b.jpg", "daisy/x,y.jpeg", "daisy/Ä.png"];
    for (const source of sources) {
      mkdirSync(join(folder.path, "flower_photos", source, ".."), { recursive: true });
      writeFileSync(join(folder.path, "flower_photos", source), "");
    }
    writeFileSync(join(folder.path, "flower_photos", "LICENSE.txt"), "");
    const model = 'def logits_of(path):\n    return [len(path.name), 1 if path.parent.name == "roses" else 0.25]\n';
    const { status, stderr } = spawnSync("python3", ["-c", `${model}${example}`], {
      cwd: folder.path,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const path = join(folder.path, "logits.csv");
    const { logits, notes } = matchLogits(path, readTable(path, [readFileSync(path)]), {
      sources,
      classNames: ["daisy", "roses"],
    });
    assert.deepEqual([...logits], [7, 1, 8, 0.25, 5, 0.25]);
    assert.deepEqual(notes, []);
  });
});
