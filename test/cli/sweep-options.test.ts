import assert from "node:assert/strict";
import { join } from "node:path";
import { shortened } from "../../src/cli/quickstart.js";
import type { RunOptions } from "../../src/cli/run-options.js";
import { kdSweep, place } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

describe("a study's name", () => {
  const at = place(temporaryFolder().path);

  it("is refused where it is given in two ways", async () => {
    const { code, stderr } = await kdSweep(at, ["plan", at.sweep, "--set", " name = foo", "--name", "bar"]);
    assert.equal(code, 1);
    assert.match(stderr, /--name and --set name=\.\.\. exclude each other/);
  });

  it("stays what the user chose where the quickstart is shortened", () => {
    const short = (options: Partial<RunOptions>): unknown[] => {
      const { name, set } = shortened({ set: [], name: undefined, ...options } as RunOptions);
      return [name, set];
    };
    assert.deepEqual(short({}), ["quickstart-portable", ["training.epochs=5"]]);
    assert.deepEqual(short({ name: "mine" }), ["mine", ["training.epochs=5"]]);
    assert.deepEqual(short({ set: ["name=mine"] }), [undefined, ["name=mine", "training.epochs=5"]]);
  });
});

describe("the command line", () => {
  const at = place(temporaryFolder().path);

  it("refuses an empty text as a trial's id", async () => {
    for (const args of [
      ["export", "study", "--to", "out", "--trial", ""],
      ["verify", "study", ""],
    ]) {
      const { code, stderr } = await kdSweep(at, args);
      assert.equal(code, 1);
      assert.match(stderr, /trial: expected a trial's id, or how it begins, found an empty text/);
    }
  });

  it("shows a stack trace with --verbose, whatever way that is written", async () => {
    const { stderr } = await kdSweep(at, ["status", join(at.folder, "absent"), "--verbose=true"]);
    assert.match(stderr, /there is no such study folder\n[^]*\n {4}at /);
  });
});
