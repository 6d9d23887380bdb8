import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StudyReader } from "../../src/store/reader.js";
import { kdSweep, place, repository } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

/** The module that docs/losses.md shows. */
const [, huber = ""] = /```js\n(.*?)```/s.exec(readFileSync(join(repository, "docs/losses.md"), "utf8")) ?? [];
const module = (name: string, terms: string, before = ""): string =>
  `${before}\nexport default { name: "${name}", summary: "A loss.", revision: 1, needs: "labels", terms: ${terms} };`;

const sweep = `
name: own
seeds: 1
dataset: { name: petals, imageSize: 16, images: 60 }
teacher: { epochs: 1 }
training: { epochs: 1, batchSize: 16 }
parameters:
  loss.type: { values: [hard, ./huber.mjs, ./throws.mjs, ./shape.mjs, ./constant.mjs, ./endless.mjs] }
baseline: { loss.type: hard }
`;

describe("a study with losses of the user's own", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const at = place(folder.path, sweep);
  const file = (name: string, text: string): void => {
    writeFileSync(join(folder.path, name), text);
  };

  before(() => {
    file("huber.mjs", huber);
    file("throws.mjs", module("throws", '() => { throw new Error("lost"); }'));
    file("shape.mjs", module("shape", "(tf, { student }) => ({ labels: student })"));
    file("constant.mjs", module("constant", "(tf, { student }) => ({ labels: tf.zeros([student.shape[0]]) })"));
    file("endless.mjs", module("endless", "() => { for (;;); }"));
    file("waiting.mjs", module("waiting", "() => ({})", "await new Promise(() => {});"));
  });

  it("is refused, its modules not loaded, where these are forbidden", async () => {
    for (const [args, extra] of [
      [["plan", at.sweep, "--no-modules"], {}],
      [["run", at.sweep], { KD_SWEEP_NO_MODULES: "1" }],
    ] as const) {
      const refused = await kdSweep(at, args, extra);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /loss module .*huber\.mjs is not loaded: --no-modules forbids it\n$/);
    }
  });

  it("trains the documented one; of those that fail each fails alone, with its file's name", async () => {
    const run = await kdSweep(at, ["run", at.sweep, "--timeout", "8s"]);
    assert.equal(run.code, 2, run.stderr);
    const reader = StudyReader.open(join(at.results, "own"));
    const ends = reader.snapshot().trials.map(({ spec, state, attempts }): [string, string, string] => {
      const { reason, message } = { reason: null, message: null, ...attempts.at(-1) };
      return [spec.settings.loss.type, reason ?? state, message ?? ""];
    });
    reader.close();
    assert.deepEqual(
      ends.map(([type, end]) => [type, end]),
      [
        ["hard", "complete"],
        ["huber", "complete"],
        ["throws", "error"],
        ["shape", "error"],
        ["constant", "error"],
        ["endless", "timeout"],
      ],
    );
    for (const [type, , message] of ends.slice(2)) assert.ok(message.includes(`${type}.mjs`), message);
  });

  it("costs nobody but itself where it takes the whole training process down each time", async () => {
    file("kills.mjs", module("kills", '() => { process.kill(process.pid, "SIGKILL"); return {}; }'));
    const killing = sweep.replace("name: own", "name: killing").replace(/\[hard, .*\]/, "[hard, ./kills.mjs, mse]");
    const killer = place(join(folder.path), killing);
    const run = await kdSweep(killer, ["run", killer.sweep, "--retries", "1", "--workers", "2"]);
    writeFileSync(at.sweep, sweep);
    assert.equal(run.code, 2, run.stderr);
    const reader = StudyReader.open(join(at.results, "killing"));
    const ends = reader.snapshot().trials.map(({ spec, state, attempts }) => {
      return [spec.settings.loss.type, attempts.at(-1)?.reason ?? state, attempts.length <= 2];
    });
    reader.close();
    assert.deepEqual(ends, [
      ["hard", "complete", true],
      ["kills", "worker-exit", true],
      ["mse", "complete", true],
    ]);
  });

  it("can be verified where its module is allowed, as long as that is what it was", async () => {
    const reader = StudyReader.open(join(at.results, "own"));
    const own = reader.snapshot().trials.find(({ spec }) => spec.settings.loss.type === "huber");
    reader.close();
    const refused = ["verify", join(at.results, "own"), own?.spec.id ?? ""];
    const verify = [...refused, "--modules"];
    const marker = join(folder.path, "executed");
    file(
      "huber.mjs",
      `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(marker)}, "");\n${huber}`,
    );
    for (const [args, extra, message] of [
      [refused, {}, /its loss is a program, .*huber\.mjs; --modules runs it/],
      [verify, { KD_SWEEP_NO_MODULES: "1" }, /loss module .*huber\.mjs is not loaded/],
    ] as const) {
      const { code, stderr } = await kdSweep(at, args, extra);
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.ok(!existsSync(marker), "the module was executed");
    }
    file("huber.mjs", huber);
    const same = await kdSweep(at, verify);
    assert.equal(same.code, 0, same.stderr);
    assert.match(same.stdout, /gives the same metrics and logits, bit for bit\n$/);
    file("huber.mjs", `${huber}\n// changed`);
    const changed = await kdSweep(at, verify);
    assert.equal(changed.code, 1);
    assert.match(changed.stderr, /cannot be run again: .* its loss's module .* others by now/);
  });

  it("says so where a module never finishes loading", async () => {
    const waiting = await kdSweep(at, ["plan", at.sweep, "--set", "loss.type=./waiting.mjs"]);
    assert.equal(waiting.code, 1);
    assert.match(waiting.stderr, /waiting\.mjs does not load: not within 10 s/);
  });
});
