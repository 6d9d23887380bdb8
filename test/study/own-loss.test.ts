import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planStudy } from "../../src/study/plan.js";
import { loadSweep } from "../../src/study/sweep-file.js";
import { formatIssue, UserError } from "../../src/trial/issue.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { repository } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

/** The module that docs/losses.md shows. */
const [, huber = ""] = /```js\n(.*?)```/s.exec(readFileSync(join(repository, "docs/losses.md"), "utf8")) ?? [];

describe("a sweep with a loss of the user's own", () => {
  const folder = temporaryFolder().path;
  const file = (name: string, text = huber): string => {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  file("package.json", '{ "type": "module" }');
  const path = file("huber.js");

  async function trialsOf(text: string, set: readonly string[] = [], at = folder): Promise<readonly TrialSpec[]> {
    const origin = join(at, "sweep.yaml");
    const loaded = await loadSweep(`seeds: 1\ndataset: { name: petals, images: 80 }\n${text}`, origin, set, {
      read: (base) => ({ text: readFileSync(base, "utf8") }),
    });
    assert.ok(loaded.ok, loaded.ok ? "" : loaded.issues.map(formatIssue).join("\n"));
    return (await planStudy(loaded.value, join(folder, "cache"))).plan.trials;
  }
  const lossesOf = async (text: string, set?: readonly string[]): Promise<unknown[]> =>
    (await trialsOf(text, set)).map(({ settings: { loss } }) => [loss.type, loss.module, loss.delta]);
  const idOf = async (text: string, at?: string): Promise<string> => (await trialsOf(text, [], at))[0]!.id;
  async function refused(text: string, set: readonly string[] = []): Promise<string> {
    const result = await loadSweep(text, join(folder, "sweep.yaml"), set).catch((error: unknown) => error);
    if (result instanceof UserError) return result.message;
    assert.ok(typeof result === "object" && result !== null && "issues" in result, "nothing was found wrong");
    return (result as { issues: Parameters<typeof formatIssue>[0][] }).issues.map(formatIssue).join("\n");
  }

  it("is named by its file, in the block, in a list, on the command line, in a base and in a written trial", async () => {
    const own = ["huber", path, 1];
    assert.deepEqual(await lossesOf("loss: { module: ./huber.js }"), [own]);
    assert.deepEqual(await lossesOf("loss: { type: huber.js, delta: 3 }"), [["huber", path, 3]]);
    assert.deepEqual(await lossesOf("", [`loss.module=${path}`]), [own]);
    assert.deepEqual(await lossesOf("loss: { type: kd }", [`loss.type=${path}`]), [own]);
    assert.deepEqual(await lossesOf("parameters: { loss.type: { values: [kd, ./huber.js] } }"), [
      ["kd", undefined, undefined],
      own,
    ]);
    const named = "loss: { module: huber.js }\nparameters: { loss.type: { values: [kd, huber] } }";
    assert.deepEqual(await lossesOf(named), [["kd", undefined, undefined], own]);
    file("bases/base.yaml", "loss: { module: ../huber.js }");
    assert.deepEqual(await lossesOf("extends: bases/base.yaml"), [own]);
    assert.deepEqual(await lossesOf("trials: [{ loss.type: kd }, { loss.module: huber.js, loss.delta: 2 }]"), [
      ["kd", undefined, undefined],
      ["huber", path, 2],
    ]);
  });

  it("may stand in several rows of a zip", async () => {
    file("other.js", huber.replaceAll("huber", "other"));
    const text = "zip: [{ loss.module: [huber.js, huber.js, other.js], loss.delta: [1, 2, 3] }]";
    assert.deepEqual(await lossesOf(text), [
      ["huber", path, 1],
      ["huber", path, 2],
      ["other", join(folder, "other.js"), 3],
    ]);
  });

  it("has its settings swept, and shows under its name", async () => {
    const text =
      "parameters:\n  loss.type: { values: [hard, ./huber.js] }\n" +
      "  loss.delta: { values: [0.5, 2], when: { loss.type: huber } }\nbaseline: { loss.type: hard }";
    const trials = await trialsOf(text);
    assert.deepEqual(
      trials.map(({ parameters }) => parameters),
      [{ "loss.type": "hard" }, { "loss.type": "huber", "loss.delta": 0.5 }, { "loss.type": "huber", "loss.delta": 2 }],
    );
    assert.deepEqual(
      trials.map(({ settings }) => settings.teacher === null),
      [true, false, false],
    );
    const other = file("other.js", huber.replace('"huber"', '"other"'));
    assert.deepEqual(await lossesOf("parameters: { loss.module: { values: [huber.js, other.js] } }"), [
      ["huber", path, 1],
      ["other", other, 1],
    ]);
  });

  it("counts by its content, wherever it is, and changes no other trial", async () => {
    const id = await idOf("loss: { module: huber.js }");
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    copyFileSync(path, join(elsewhere, "moved.mjs"));
    assert.equal(await idOf("loss: { module: moved.mjs }", elsewhere), id);
    assert.notEqual(await idOf("loss: { module: huber.js, delta: 2 }"), id);
    assert.equal(await idOf("loss: { module: huber.js, delta: 1 }"), id);
    file("changed.js", `${huber}\n// another`);
    assert.notEqual(await idOf("loss: { module: changed.js }"), id);
    const [kd] = await trialsOf("parameters: { loss.type: { values: [kd, huber.js] } }");
    assert.equal(kd?.id, await idOf("loss: { type: kd }"));
  });

  it("is refused before anything runs, with what is wrong", async () => {
    assert.match(await refused("loss: { module: none.js }"), /^loss module .*none\.js cannot be read: .*no such file/);
    file("broken.js", "export default {");
    assert.match(await refused("loss: { type: ./broken.js }"), /^loss module .*broken\.js does not load: /);
    file("taken.js", huber.replace('"huber"', '"kd"'));
    assert.match(await refused("loss: { module: taken.js }"), /taken\.js has a name that is taken: kd$/);
    assert.equal(
      await refused("loss: { module: huber.js, delta: -1 }"),
      `${join(folder, "sweep.yaml")}:1 loss.delta: expected a number > 0, found -1`,
    );
    assert.match(
      await refused("loss: { module: huber.js, dleta: 1 }"),
      /loss\.dleta: .* \(did you mean loss\.delta\?\)/,
    );
    assert.match(
      await refused("loss: { type: kd, module: huber.js }"),
      /loss\.module: expected loss\.type huber beside it, or none, found loss\.type kd \(leave one of the two out\)/,
    );
    assert.match(await refused("loss: { module: 3 }"), /loss\.module: expected .*, found 3/);
    assert.match(await refused(`loss: { module: huber.js, moduleSha256: ${"0".repeat(64)} }`), /loss\.moduleSha256: /);
  });
});
