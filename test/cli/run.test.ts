import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StudyReader } from "../../src/store/reader.js";
import type { StudySnapshot } from "../../src/store/store.js";
import {
  exited,
  kdSweep,
  place,
  smallSweep,
  startKdSweep,
  trainingProcessOf,
  untilPrinted,
  type Place,
} from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

function ofStudy<T>(at: Place, read: (snapshot: StudySnapshot) => T, name = "small"): T {
  const reader = StudyReader.open(join(at.results, name));
  try {
    return read(reader.snapshot());
  } finally {
    reader.close();
  }
}

/** What a study found, without what differs between two runs: times and attempts. */
function findings(at: Place): unknown {
  return ofStudy(at, (snapshot) =>
    snapshot.trials.map(({ spec, state, epochs, result }) => ({
      id: spec.id,
      state,
      epochs: epochs.map((epoch) => ({ ...epoch, seconds: 0 })),
      teacher: result?.teacherChecksum,
      best: result?.best.epoch,
      logits: snapshot.validationLogits(spec.id),
    })),
  );
}

function attempts(at: Place): Map<string, number> {
  return ofStudy(at, ({ trials }) => new Map(trials.map((trial) => [trial.spec.id, trial.attempts.length])));
}

function states(at: Place, name?: string): string[] {
  return ofStudy(at, ({ trials }) => trials.map((trial) => trial.state), name);
}

describe("kd-sweep run", function () {
  this.timeout(180_000);
  const folder = temporaryFolder().path;

  function newPlace(name: string, sweep = smallSweep): Place {
    const path = join(folder, name);
    mkdirSync(path);
    const at = place(path, sweep);
    // One cache for all: artifacts are shared between studies.
    return { ...at, cache: join(folder, "cache") };
  }

  let undisturbed: unknown;

  it("runs a sweep to its tables, charts and report, and has nothing to do the second time", async () => {
    const at = newPlace("whole");
    const first = await kdSweep(at, ["run", at.sweep]);
    assert.equal(first.code, 0, first.stderr);
    const study = join(at.results, "small");
    const files = readdirSync(study);
    for (const name of [
      "study.sqlite",
      "trials.csv",
      "epochs.csv",
      "summary.csv",
      "images.csv",
      "report.html",
      "study.log",
      "charts",
    ]) {
      assert.ok(files.includes(name), `${name} is missing from ${files.join(", ")}`);
    }
    assert.ok(readdirSync(join(study, "charts")).some((name) => name.endsWith(".png")));
    const models = readdirSync(join(study, "models"));
    assert.equal(models.length, 1, "the best student alone");
    assert.deepEqual(
      readdirSync(join(study, "models", models[0]!)).filter((name) => name !== "best_epoch"),
      ["model.json", "weights.bin"],
    );
    assert.ok(!files.includes("checkpoints"), "nothing is left to go on from");
    undisturbed = findings(at);
    assert.deepEqual(states(at), Array(8).fill("complete"));
    assert.deepEqual([...attempts(at).values()], Array(8).fill(1));

    const table = readFileSync(join(study, "summary.csv"), "utf8");
    const second = await kdSweep(at, ["run", at.sweep]);
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /8 complete, 0 to run/);
    assert.equal(readFileSync(join(study, "summary.csv"), "utf8"), table);
    assert.deepEqual([...attempts(at).values()], Array(8).fill(1));
  });

  it("copies what another study of the results folder has finished, and trains none of it", async () => {
    const larger = place(join(folder, "whole"), smallSweep.replace("name: small", "name: larger\nkeep: all"));
    const at = { ...larger, cache: join(folder, "cache") };
    const planned = await kdSweep(at, ["plan", at.sweep]);
    assert.match(planned.stdout, /0 complete, 0 to run, 8 to copy from small/);
    const { code, stderr } = await kdSweep(at, ["run", at.sweep]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /8 finished trials copied from small\n.*8 complete, 0 to run/);
    assert.match(stderr, /7 trials were copied from another study without their models, which `keep` asks for/);
    const found = ofStudy(at, ({ artifacts, trials }) => ({
      from: trials.map(({ attempts: [first] }) => first?.copiedFrom),
      artifacts: artifacts.map(({ kind }) => kind).sort(),
    }), "larger"); // prettier-ignore
    assert.deepEqual(found, { from: Array(8).fill("small"), artifacts: ["images", "logits", "teacher"] });
    const models = (name: string): string[] => readdirSync(join(at.results, name, "models"));
    assert.deepEqual(models("larger"), models("small"));
    const fresh = await kdSweep(at, ["run", at.sweep, "--fresh", "--max-trials", "1"]);
    assert.ok(!fresh.stderr.includes("copied"), fresh.stderr);
    assert.match(fresh.stderr, /0 complete, 8 to run \(one run begins 1\) on/);
    assert.match(fresh.stderr, /^\[1\/1\] /m);
  });

  it("finds the same whatever the number of workers", async () => {
    const at = newPlace("one-worker");
    const { code, stderr } = await kdSweep(at, ["run", at.sweep, "--workers", "1"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(findings(at), undisturbed);
  });

  it("goes on after kill -9 of the command, with exactly what is unfinished", async () => {
    const at = newPlace("killed-command");
    const child = startKdSweep(at, ["run", at.sweep, "--workers", "1"]);
    await untilPrinted(child, "[2/8]");
    child.kill("SIGKILL");
    await exited(child);
    const finishedBefore = ofStudy(at, ({ trials }) =>
      trials.filter((trial) => trial.state === "complete").map((trial) => trial.spec.id),
    );
    assert.ok(finishedBefore.length >= 2 && finishedBefore.length < 8);
    const { code, stderr } = await kdSweep(at, ["run", at.sweep]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(findings(at), undisturbed);
    const tried = attempts(at);
    for (const id of finishedBefore) assert.equal(tried.get(id), 1);
  });

  it("goes on by itself after kill -9 of the training process", async () => {
    const at = newPlace("killed-training");
    const child = startKdSweep(at, ["run", at.sweep]);
    await untilPrinted(child, "[2/8]");
    process.kill(trainingProcessOf(child.pid!)!, "SIGKILL");
    assert.equal(await exited(child), 0);
    assert.deepEqual(findings(at), undisturbed);
  });

  it("finds the same where the clock jumps to and fro, also when it goes on", async () => {
    const at = newPlace("jumping-clock");
    const clock = { NODE_OPTIONS: `--import ${new URL("./programs/jumping-clock.js", import.meta.url).href}` };
    const first = await kdSweep(at, ["run", at.sweep, "--max-trials", "3"], clock);
    assert.equal(first.code, 2, first.stderr);
    const second = await kdSweep(at, ["run", at.sweep], clock);
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual(findings(at), undisturbed);
    assert.deepEqual(new Set(attempts(at).values()), new Set([1]));
    const status = await kdSweep(at, ["status", "results/small"], clock);
    assert.equal(status.code, 0, status.stderr);
    const seconds = ofStudy(at, ({ trials }) => trials.map(({ result }) => result?.seconds ?? -1));
    assert.ok(
      seconds.every((value) => value > 0 && value < 60),
      "times are measured by a clock that never jumps",
    );
  });

  it("refuses a second run of a study in use, with the first one's process id", async () => {
    const at = newPlace("in-use", smallSweep.replace("epochs: 3", "epochs: 60"));
    const child = startKdSweep(at, ["run", at.sweep]);
    await untilPrinted(child, "[1/8]");
    const second = await kdSweep(at, ["run", at.sweep]);
    assert.equal(second.code, 3);
    assert.ok(second.stderr.includes(`in use by process ${child.pid}`), second.stderr);
    child.kill("SIGINT");
    assert.equal(await exited(child), 130);
    const left = states(at);
    assert.ok(
      left.every((state) => state === "waiting" || state === "complete") && left.includes("waiting"),
      left.join(),
    );
  });

  it("refuses a plan that wants none of a study's finished trials, naming --name", async () => {
    const at = newPlace("foreign");
    assert.equal((await kdSweep(at, ["run", at.sweep, "--set", "seeds=1", "--set", "training.epochs=1"])).code, 0);
    const refused = await kdSweep(at, ["run", at.sweep]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /--name/);
    assert.equal(states(at).length, 4);
    assert.equal((await kdSweep(at, ["run", at.sweep, "--name", "other", "--set", "seeds=1"])).code, 0);
    assert.equal(states(at, "other").length, 4);
  });

  it("reuses the trials that a changed sweep keeps", async () => {
    const at = newPlace("changed");
    assert.equal((await kdSweep(at, ["run", at.sweep, "--set", "seeds=1"])).code, 0);
    const planned = await kdSweep(at, ["plan", at.sweep, "--json"]);
    assert.equal(planned.code, 0, planned.stderr);
    const { complete, unfinished } = JSON.parse(planned.stdout) as { complete: number; unfinished: number };
    assert.deepEqual({ complete, unfinished }, { complete: 4, unfinished: 4 });
    const { stderr } = await kdSweep(at, ["run", at.sweep]);
    assert.match(stderr, /4 complete, 4 to run/);
    assert.match(stderr, /4 of its trials are new, 4 finished ones are reused\n/);
    assert.deepEqual(findings(at), undisturbed);
  });

  it("writes the report again from the stored results alone", async () => {
    const at = newPlace("report");
    assert.equal((await kdSweep(at, ["run", at.sweep, "--set", "seeds=1"])).code, 0);
    const study = join(at.results, "small");
    const before = new Map(
      ["trials.csv", "epochs.csv", "summary.csv", "report.html"].map((name) => [
        name,
        readFileSync(join(study, name), "utf8"),
      ]),
    );
    for (const name of readdirSync(study))
      if (!name.startsWith("study.")) rmSync(join(study, name), { recursive: true });
    const again = await kdSweep(at, ["report", study]);
    assert.equal(again.code, 0, again.stderr);
    for (const [name, text] of before) assert.equal(readFileSync(join(study, name), "utf8"), text, name);
    assert.match(
      before.get("report.html")!,
      /<img alt="Validation image \d+, of class \w+" src="data:image\/png;base64,/,
    );
    for (const [cache, args, word] of [
      [join(folder, "no-cache"), [], /not in the cache of the machine/],
      [at.cache, ["--no-photos"], /left out, as --no-photos asks for/],
    ] as const) {
      const without = await kdSweep({ ...at, cache }, ["report", study, ...args]);
      assert.equal(without.code, 0, without.stderr);
      const html = readFileSync(join(study, "report.html"), "utf8");
      assert.match(html, word);
      assert.doesNotMatch(html, /<img/);
      const trials = "trials.csv";
      assert.equal(readFileSync(join(study, trials), "utf8"), before.get(trials), "the tables are of the store alone");
    }
    const compared = await kdSweep(at, ["compare", study, "--by", "loss.type", "--format", "csv"]);
    assert.equal(compared.code, 0, compared.stderr);
    assert.match(compared.stdout, /mse/);
    const against = (baseline: string): ReturnType<typeof kdSweep> =>
      kdSweep(at, ["compare", study, "--by", "loss.temperature", "--baseline", baseline]);
    const [value, list] = [await against("loss.type=hard"), await against("loss.type=[hard]")];
    assert.deepEqual([list.code, list.stdout], [0, value.stdout], list.stderr);
    const both = ["compare", study, study, "--by", "loss.type", "--where", "loss.type=mse", "--format", "json"];
    const json = await kdSweep(at, both);
    assert.equal(json.code, 0, json.stderr);
    const { notes } = JSON.parse(json.stdout) as { notes: string[] };
    assert.deepEqual(
      notes.map((note) => note.split(":", 1)[0]),
      ["Synthetic data"],
      "the same study twice is one",
    );
  });
});

describe("kd-sweep with what is wrong", function () {
  this.timeout(60_000);
  const folder = temporaryFolder().path;
  const at = place(folder);

  it("names every error of a sweep file at once and writes nothing", async () => {
    writeFileSync(
      at.sweep,
      "name: ../out\nparameters:\n  loss.temperature: { values: [] }\nstudnet: { type: shallow }\n",
    );
    const { code, stderr } = await kdSweep(at, ["run", at.sweep]);
    assert.equal(code, 1);
    for (const part of ["name", "parameters.loss.temperature", "student"]) assert.ok(stderr.includes(part), stderr);
    assert.ok(!stderr.includes("    at "), stderr);
    assert.ok(!existsSync(at.results));
  });

  for (const [what, args] of [
    ["a sweep file that is not there", ["run", "nowhere.yaml"]],
    ["a folder as sweep file", ["plan", "."]],
    ["a device as sweep file", ["plan", "/dev/zero"]],
    ["a device as base file", ["plan", "small.yaml", "--set", "extends=/dev/zero"]],
    ["a study folder that is missing", ["report", "nowhere"]],
    ["an empty study folder", ["compare", ".", "--by", "loss.type"]],
    ["a condition that is none", ["compare", ".", "--by", "loss.type", "--where", "loss.type"]],
    ["a scale that is none", ["report", ".", "--scale", "0"]],
    ["an unknown command", ["tune"]],
    ["an unknown option", ["plan", "small.yaml", "--wrokers", "2"]],
    ["a number of workers that is none", ["run", "small.yaml", "--workers", "0"]],
    ["no command", []],
    ["an option without its value", ["plan", "small.yaml", "--results"]],
    ["a setting without its value", ["run", "small.yaml", "--set"]],
    ["a setting given as an option", ["run", "small.yaml", "--set.training.epochs=5"]],
    ["an option given twice", ["plan", "small.yaml", "--results", "a", "--results", "b"]],
    ["an argument given again as an option", ["plan", "small.yaml", "--sweep", "other.yaml"]],
    ["a second trial", ["verify", "small", "aaaa", "--trial=bbbb"]],
    ["further images as an option", ["predict", "small", "a.png", "--images", "b.png"]],
    ["an empty text as sweep file", ["plan", ""]],
    ["an empty text as study", ["compare", "small", "", "--by", "loss.type"]],
    ["an empty text as results folder", ["plan", "small.yaml", "--results", ""]],
    ["an empty text as a place to write", ["init", "photos", "--to="]],
    ["an option that is switched off", ["run", "small.yaml", "--no-results"]],
  ] as const) {
    it(`answers ${what} with a sentence and exit code 1`, async () => {
      const { code, stderr } = await kdSweep(at, args);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^kd-sweep: \S/);
      assert.ok(!stderr.includes("    at "), stderr);
      assert.ok(!stderr.includes("fault of kd-sweep"), stderr);
    });
  }

  it("ends with 3 where the cache cannot be written, and leaves the trials waiting", async () => {
    writeFileSync(at.sweep, smallSweep);
    const blocked = join(folder, "a-file");
    writeFileSync(blocked, "");
    const { code, stderr } = await kdSweep({ ...at, cache: join(blocked, "cache") }, ["run", at.sweep]);
    assert.equal(code, 3, stderr);
    assert.ok(!stderr.includes("    at "), stderr);
  });

  for (const args of [["--help"], ["run", "--help"], ["plan", "small.yaml"], ["doctor", "--help"]]) {
    it(`never loads TensorFlow for \`${args.join(" ")}\``, async () => {
      const guard = join(folder, "guard.cjs");
      writeFileSync(
        guard,
        `const Module = require("node:module"); const load = Module._load;
         Module._load = (name, ...rest) => { if (/tensorflow|piscina|sharp|chart/.test(name)) process.exit(99); return load(name, ...rest); };`,
      );
      writeFileSync(at.sweep, smallSweep);
      const { code, stderr } = await kdSweep(at, args, { NODE_OPTIONS: `--require ${guard}` });
      assert.equal(code, 0, stderr);
    });
  }
});
