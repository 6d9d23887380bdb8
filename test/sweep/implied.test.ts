import assert from "node:assert/strict";
import { plan } from "../../src/sweep/plan.js";
import { parseSweep } from "../../src/sweep/parse.js";
import type { Sweep } from "../../src/sweep/sweep.js";
import { formatIssue } from "../../src/trial/issue.js";
import { fingerprintsOf } from "../support/fingerprints.js";

/** The texts of files that others extend. */
const bases = new Map<string, string>();

const parse = (text: string, set: readonly string[] = []): ReturnType<typeof parseSweep> =>
  parseSweep(`seeds: 1\nloss: { type: kd }\n${text}`, "s.yaml", set, {
    workingFolder: "/w",
    read: (path) => ({ text: bases.get(path) ?? "" }),
  });

function sweepOf(text: string, set?: readonly string[]): Sweep {
  const result = parse(text, set);
  assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
  return result.value;
}

const teachersOf = (text: string, set?: readonly string[]): unknown[] =>
  [...plan(sweepOf(text, set), fingerprintsOf({ weights: ({ logits }) => JSON.stringify(logits) }))].map(
    ({ settings }) => {
      const { teacher } = settings;
      return teacher?.logits === undefined ? teacher?.backbone : [teacher.backbone, teacher.logits];
    },
  );

function refused(text: string, set?: readonly string[]): string[] {
  const result = parse(text, set);
  assert.ok(!result.ok, "nothing was found wrong");
  return result.issues.map(formatIssue);
}

describe("a setting that stands for a component", () => {
  it("chooses it where nothing else does", () => {
    assert.deepEqual(teachersOf("teacher: { logits: a.csv }"), [["logits", "/w/a.csv"]]);
    assert.deepEqual(teachersOf("", ["teacher.logits=b.csv"]), [["logits", "/w/b.csv"]]);
    assert.deepEqual(teachersOf("parameters: { teacher.logits: { values: [a.csv, b.csv] } }"), [
      ["logits", "/w/a.csv"],
      ["logits", "/w/b.csv"],
    ]);
  });

  it("goes with its own component and others beside it", () => {
    assert.deepEqual(teachersOf("teacher: { backbone: logits, logits: a.csv }"), [["logits", "/w/a.csv"]]);
    assert.deepEqual(
      teachersOf("teacher: { logits: a.csv }\nparameters: { teacher.backbone: { values: [convnet_s, logits] } }"),
      ["convnet_s", ["logits", "/w/a.csv"]],
    );
    assert.deepEqual(
      teachersOf(
        "parameters:\n  dataset.imageSize: { values: [32, 48] }\n" +
          "  teacher.logits: { values: [a.csv], when: { dataset.imageSize: 48 } }",
      ),
      ["convnet_s", ["logits", "/w/a.csv"]],
    );
  });

  it("is refused beside another component alone", () => {
    assert.deepEqual(refused("teacher: { backbone: convnet_s, logits: a.csv }"), [
      "s.yaml:3 teacher.logits: expected teacher.backbone logits beside it, or none, found teacher.backbone convnet_s " +
        "(leave one of the two out)",
    ]);
    assert.equal(refused("", ["teacher.backbone=convnet_s", "teacher.logits=a.csv"]).length, 1);
  });

  it("of the command line overrules the file's choice, and is overruled by the command line's", () => {
    assert.deepEqual(teachersOf("teacher: { backbone: convnet_s }", ["teacher.logits=a.csv"]), [
      ["logits", "/w/a.csv"],
    ]);
    const swept = "parameters: { teacher.backbone: { values: [convnet_s, convnet_m] } }";
    assert.deepEqual(teachersOf(swept, ["teacher.logits=a.csv"]), [["logits", "/w/a.csv"]]);
    assert.deepEqual(teachersOf("teacher: { logits: a.csv }", ["teacher.backbone=convnet_s"]), ["convnet_s"]);
  });

  it("of a file overrules the choice of a file that it extends, and is overruled alike", () => {
    bases.set("trained.yaml", "teacher: { backbone: convnet_s }");
    bases.set("table.yaml", "teacher: { logits: a.csv }");
    bases.set("both.yaml", "parameters: { teacher.backbone: { values: [convnet_s, logits] } }");
    assert.deepEqual(teachersOf("extends: trained.yaml\nteacher: { logits: a.csv }"), [["logits", "/w/a.csv"]]);
    assert.deepEqual(teachersOf("extends: table.yaml\nteacher: { backbone: convnet_m }"), ["convnet_m"]);
    assert.deepEqual(teachersOf("extends: both.yaml\nteacher: { logits: a.csv }"), [
      "convnet_s",
      ["logits", "/w/a.csv"],
    ]);
  });

  it("chooses it for a trial that is written out", () => {
    const trials = "trials: [{ teacher.logits: a.csv }, { teacher.backbone: convnet_m }]";
    assert.deepEqual(teachersOf(`teacher: { backbone: convnet_s }\n${trials}`), [["logits", "/w/a.csv"], "convnet_m"]);
  });

  it("reports a value that it does not take as its component would", () => {
    assert.deepEqual(refused("teacher: { logits: 3 }"), [
      "s.yaml:3 teacher.logits: expected text that is not empty, found 3",
    ]);
  });
});

describe("a teacher that is a table", () => {
  it("is refused with augmented views, wherever a trial would have both", () => {
    assert.deepEqual(refused("teacher: { logits: a.csv }\naugmentation: { type: flip_crop }"), [
      "s.yaml:4 augmentation.type: expected none for teacher.backbone logits, found flip_crop " +
        "(a fixed table cannot answer for augmented views; another kind of teacher can)",
    ]);
    assert.match(
      refused("teacher: { logits: a.csv }\ntraining: { mixup: 0.2 }")[0] ?? "",
      /^s\.yaml:4 training\.mixup: expected 0 for teacher\.backbone logits, found 0\.2/,
    );
    const swept = "teacher: { logits: a.csv }\nparameters: { augmentation.type: { values: [none, flip_crop] } }";
    assert.match(refused(swept)[0] ?? "", /^s\.yaml:4 parameters\.augmentation\.type\.values\[1\]: expected none/);
    const apart =
      "teacher: { logits: a.csv }\nparameters:\n" +
      "  augmentation.type: { values: [flip_crop], when: { loss.type: hard } }";
    assert.equal(teachersOf(apart, ["loss.type=[hard,kd]"]).length, 2);
  });
});
