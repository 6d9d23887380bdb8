import assert from "node:assert/strict";
import { readAssignments } from "../../src/cli/assignments.js";
import { UsageError } from "../../src/cli/errors.js";
import { UserError } from "../../src/trial/issue.js";

describe("assignments of the command line", () => {
  it("are values as --set takes them, whatever way a number is written", () => {
    for (const written of ["0.01", "1e-2", ".01", "0.010"]) {
      assert.deepEqual(readAssignments("--where", `optimizer.learningRate=${written}, loss.type=kd`), [
        ["optimizer.learningRate", 0.01],
        ["loss.type", "kd"],
      ]);
    }
    assert.deepEqual(
      readAssignments("--where", "loss.type=[kd, mse],loss.type=hard,teacher.backbone=mobilenet_v2_1.0"),
      [
        ["loss.type", ["kd", "mse"]],
        ["loss.type", "hard"],
        ["teacher.backbone", "mobilenet_v2_1.0"],
      ],
    );
  });

  it("keep what stands in quotes together, commas and brackets included", () => {
    for (const quote of ['"', "'"]) {
      const layers = `${quote}conv 16, dense 64${quote}`;
      assert.deepEqual(readAssignments("--where", `student.layers=${layers}, loss.type=kd`), [
        ["student.layers", "conv 16, dense 64"],
        ["loss.type", "kd"],
      ]);
      assert.deepEqual(readAssignments("--where", `student.layers=[ ${layers},${layers} ],a=${quote}]${quote}`), [
        ["student.layers", ["conv 16, dense 64", "conv 16, dense 64"]],
        ["a", "]"],
      ]);
    }
    assert.deepEqual(readAssignments("--where", String.raw`a="x\", y",b='it''s, so'`), [
      ["a", 'x", y'],
      ["b", "it's, so"],
    ]);
    // An apostrophe within a text quotes nothing.
    assert.deepEqual(readAssignments("--where", "a=it's,b=that's"), [
      ["a", "it's"],
      ["b", "that's"],
    ]);
  });

  it("are refused without a key, without a value and where they are no YAML", () => {
    const refused = (text: string, message: RegExp): void => {
      assert.throws(
        () => readAssignments("--where", text),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    };
    refused("loss.type", /--where: expected key=value,.*found loss\.type$/);
    refused("loss.type=kd,mse", /several values: key=\[one,other\]\), found mse$/);
    refused("=kd", /found =kd$/);
    refused("", /found nothing$/);
    assert.throws(() => readAssignments("--where", "loss.type=[kd"), UserError);
  });
});
