import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chosenLoss, loadLossModule, lossModuleDigest, type LossModule } from "../../src/losses/module.js";
import { losses } from "../../src/losses/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { UserError } from "../../src/trial/issue.js";
import { temporaryFolder } from "../support/temporary.js";
import { gradientOf, termsOf } from "./compute.js";
import { batches } from "./golden/cases.js";

const batch = { ...batches.ordinary!, epoch: 1 };

/** A module with the fields of a right one, but for those given. */
const descriptor = (changed: Readonly<Record<string, string>> = {}): string => {
  const fields = {
    name: '"huber"',
    summary: '"Huber distance of the logits."',
    revision: "1",
    needs: '"teacher"',
    terms: "(tf, { student, teacher }) => ({ teacher: tf.mean(tf.abs(tf.sub(student, teacher)), 1) })",
    ...changed,
  };
  return `{ ${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")} }`;
};

describe("a user's own loss", () => {
  const folder = temporaryFolder();
  let tf: Ops;
  let count = 0;
  before(async () => {
    tf = await loadTensorFlow();
  });

  function file(text: string): string {
    const path = join(folder.path, `loss-${count++}.js`);
    writeFileSync(path, text);
    return path;
  }
  const load = (changed: Readonly<Record<string, string>> = {}): Promise<LossModule> =>
    loadLossModule(file(`export default ${descriptor(changed)};`));

  async function refused(path: string, ...expected: readonly RegExp[]): Promise<void> {
    await assert.rejects(loadLossModule(path), (error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.includes(path), error.message);
      assert.ok(!error.message.includes("\n"));
      for (const pattern of expected) assert.match(error.message, pattern);
      return true;
    });
  }

  it("is a loss as the project's own are", async () => {
    const loss = await load();
    const { teacher } = termsOf(tf, loss, {}, batch);
    const wanted = batch.student.map(
      (row, i) => row.reduce((total, z, c) => total + Math.abs(z - batch.teacher[i]![c]!), 0) / 5,
    );
    teacher!.forEach((value, i) => {
      assert.ok(Math.abs(value - wanted[i]!) < 1e-6 * wanted[i]!);
    });
    assert.ok(
      gradientOf(tf, loss, {}, batch)
        .flat()
        .some((slope) => slope !== 0),
    );
    assert.deepEqual([loss.name, loss.revision, loss.needs], ["huber", 1, "teacher"]);
  });

  it("counts by its content, not by its path, and is loaded anew where it was changed", async () => {
    const path = file(`export default ${descriptor()};`);
    const first = await loadLossModule(path);
    const same = await loadLossModule(file(`export default ${descriptor()};`));
    assert.equal(first.sha256, createHash("sha256").update(`export default ${descriptor()};`).digest("hex"));
    assert.equal(first.sha256, same.sha256);
    assert.deepEqual(first.contentSettings, ["module"]);
    assert.ok("module" in first.settings.shape);
    writeFileSync(path, `export default ${descriptor({ revision: "2" })};`);
    const second = await loadLossModule(path);
    assert.equal(second.revision, 2);
    assert.equal(second.sha256, await lossModuleDigest(path));
    assert.notEqual(second.sha256, first.sha256);
  });

  it("has settings of its own, from a zod that it is given", async () => {
    const settings = "z.object({ delta: z.number().positive().default(2) })";
    const terms = "(tf, { student }, { delta }) => ({ teacher: tf.fill([student.shape[0]], delta) })";
    const loss = await loadLossModule(file(`export default ({ z }) => (${descriptor({ settings, terms })});`));
    const own = { module: loss.path, moduleSha256: loss.sha256 };
    assert.deepEqual(loss.settings.parse({}), { delta: 2, ...own });
    assert.ok(!loss.settings.safeParse({ delta: -1 }).success);
    assert.ok(!loss.settings.safeParse({ module: "/another.js" }).success);
    assert.ok(!loss.settings.safeParse({ moduleSha256: "0" }).success);
    const { teacher } = termsOf(tf, loss, loss.settings.parse({ delta: 3 }), batch);
    assert.deepEqual(teacher, [3, 3, 3, 3]);
  });

  it("is a trial's loss as it was planned, and refused where it is another by then", async () => {
    const path = file(`export default ${descriptor()};`);
    const { sha256 } = await loadLossModule(path);
    const settings = { type: "huber", module: path, moduleSha256: sha256 };
    assert.equal((await chosenLoss(settings)).name, "huber");
    assert.equal(await chosenLoss({ type: "kd" }), losses.get("kd"));
    writeFileSync(path, `export default ${descriptor({ revision: "2" })};`);
    await assert.rejects(chosenLoss(settings), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^loss module .* has changed: .*expected the content that it had when the run began/);
      // The run ends: every other trial of the loss would fail alike, and not be run again.
      assert.equal(error.exitCode, 3);
      return true;
    });
    rmSync(path);
    await assert.rejects(chosenLoss(settings), (error) => error instanceof UserError && error.exitCode === 3);
  });

  it("is refused by name where there is no such file, or no code in it", async () => {
    await refused(join(folder.path, "none.js"), /no such file/);
    await refused(folder.path, /cannot be read/);
    await refused(file("export default {"), /does not load: Unexpected/);
    await refused(file('throw new Error("not today");'), /does not load: not today/);
    await refused(file('import "./nowhere.js"; export default {};'), /does not load: .*nowhere/);
    await refused(file('export default () => { throw new Error("nor now"); };'), /nor now/);
  });

  it("is refused by name without a default export that is a descriptor", async () => {
    await refused(file("export {};"), /export `default`/, /no exports/);
    await refused(file(`export const loss = ${descriptor()};`), /exports named loss/);
    for (const value of ["3", '"kd"', "null", "[]", "() => undefined", "Promise.resolve({})"]) {
      await refused(file(`export default ${value};`), /is no loss/);
    }
  });

  it("is refused with every missing or wrong field at once", async () => {
    await refused(file("export default {};"), /name: .*found nothing.*summary: .*revision: .*needs: .*terms: /);
    const wrong: readonly (readonly [field: string, value: string])[] = [
      ["name", '"My Loss"'],
      ["summary", "7"],
      ["revision", "1.5"],
      ["needs", '"everything"'],
      ["terms", "{}"],
      ["settings", "{ delta: 2 }"],
      ["canonical", "true"],
      ["teacherTermNeedsLabels", '"yes"'],
      ["contentSettings", '["delta"]'],
    ];
    for (const [field, value] of wrong) {
      const path = file(`export default ${descriptor({ [field]: value })};`);
      await refused(path, new RegExp(`is no loss: ${field}: expected `));
    }
    const settings = "z.object({ type: z.string(), module: z.string() })";
    await refused(file(`export default ({ z }) => (${descriptor({ settings })});`), /settings\.type.*settings\.module/);
  });

  const broken: Readonly<Record<string, readonly [terms: string, found: RegExp]>> = {
    throws: ['() => { throw new Error("lost"); }', /threw in `terms`: lost/],
    "throws no error": ['() => { throw "text"; }', /threw in `terms`: text/],
    "returns nothing": ["() => undefined", /found nothing/],
    "returns a promise": ["async () => ({})", /found a promise/],
    "returns a tensor": [
      "(tf) => tf.scalar(1)",
      /expected \{ teacher, labels \}.*found a float32 tensor of shape \[\]/,
    ],
    "returns other terms": ["(tf) => ({ soft: tf.zeros([4]) })", /`teacher` or `labels`.*soft/],
    "returns a number": ["() => ({ teacher: 1 })", /teacher: expected a float32 tensor of shape \[4\].*found 1/],
    "returns the batch's mean": ["(tf) => ({ teacher: tf.scalar(1) })", /found a float32 tensor of shape \[\]/],
    "returns a value per class": ["(tf, { student }) => ({ teacher: student })", /shape \[4\].*shape \[4, 5\]/],
    "returns a wrong batch": ["(tf) => ({ teacher: tf.zeros([5]) })", /shape \[4\].*shape \[5\]/],
    "returns whole numbers": ['(tf) => ({ teacher: tf.zeros([4], "int32") })', /float32.*int32/],
    "returns one wrong term of two": [
      "(tf) => ({ teacher: tf.zeros([4]), labels: tf.zeros([4, 1]) })",
      /labels: .*\[4, 1\]/,
    ],
  };
  for (const [what, [terms, found]] of Object.entries(broken)) {
    it(`that ${what} fails by its name`, async () => {
      const loss = await load({ terms });
      assert.throws(
        () => termsOf(tf, loss, {}, batch),
        (error) => {
          assert.ok(error instanceof UserError);
          assert.ok(error.message.startsWith(`loss module ${loss.path} `), error.message);
          assert.match(error.message, found);
          return true;
        },
      );
    });
  }
});
