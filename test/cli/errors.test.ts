import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes, fail } from "../../src/cli/errors.js";
import { temporaryFolder } from "../support/temporary.js";

describe("an error at the command line", () => {
  const { path: folder } = temporaryFolder();

  /** The exit code and all that is printed. */
  function told(error: unknown): { code: number; text: string } {
    const lines: string[] = [];
    const { error: print } = console;
    console.error = (line: string) => void lines.push(line);
    try {
      return { code: fail(error, false), text: lines.join("\n") };
    } finally {
      console.error = print;
    }
  }

  function thrownBy(action: () => void): unknown {
    try {
      action();
    } catch (error) {
      return error;
    }
    return assert.fail("nothing was thrown");
  }

  it("is the environment's, in a sentence, where a place does not serve", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const write = (path: string) => () => {
      writeFileSync(path, "");
    };
    const makeFolder = (): void => {
      mkdirSync(file);
    };
    for (const [action, sentence] of [
      [write(join(file, "below")), "a file is in a folder's place"],
      [makeFolder, "something else is in the place"],
      [write(folder), "a folder is in a file's place"],
      [write(join(folder, "x".repeat(1000))), "a name is too long"],
    ] as const) {
      const { code, text } = told(thrownBy(action));
      assert.equal(code, exitCodes.environment, text);
      assert.ok(text.startsWith(`kd-sweep: ${sentence} (`), text);
      assert.ok(!text.includes("fault of kd-sweep"), text);
    }
  });

  it("is kd-sweep's own where the system has no part in it", () => {
    const { code, text } = told(Object.assign(new Error("twice"), { code: "EEXIST" }));
    assert.equal(code, exitCodes.usage);
    assert.match(text, /a fault of kd-sweep itself/);
  });
});
