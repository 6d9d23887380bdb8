import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StudyReader } from "../../src/store/reader.js";
import { findCompiler } from "../../src/tensorflow/addon.js";
import { cacheFolder } from "../../src/artifacts/cache-folder.js";
import { findPip } from "../../src/tensorflow/pip.js";
import { onNative } from "../support/backend.js";
import { exited, kdSweep, place, startKdSweep, untilPrinted, type Place } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

describe("--backend", function () {
  this.timeout(120_000);
  const folder = temporaryFolder().path;
  let at: Place;
  const study = (): string => join(at.results, "backends");
  const sweep = `
name: backends
seeds: 2
dataset: { name: petals, imageSize: 16, images: 80 }
teacher: { backbone: convnet_s, epochs: 1 }
training: { epochs: 2, batchSize: 16 }
parameters:
  loss.type: { values: [hard, kd] }
baseline: { loss.type: hard }
`;
  before(() => {
    at = place(folder, sweep);
  });

  /** How many complete trials ran on each backend. */
  function backends(): Readonly<Record<string, number>> {
    const reader = StudyReader.open(study());
    const { environments, trials } = reader.snapshot();
    reader.close();
    const counts: Record<string, number> = {};
    for (const { attempts, state } of trials) {
      const backend = state === "complete" ? environments[attempts.at(-1)!.environment]!.backend : state;
      counts[backend] = (counts[backend] ?? 0) + 1;
    }
    return counts;
  }

  it("portable trains, is recorded, and gives the same bits again", async () => {
    const run = await kdSweep(at, ["run", at.sweep, "--backend", "portable", "--max-trials", "3"]);
    assert.equal(run.code, 2, run.stderr);
    assert.deepEqual(backends(), { portable: 3, waiting: 1 });
    const verified = await kdSweep(at, ["verify", study()]);
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, /bit for bit$/m);
  });

  it("native goes on with such a study, whose report names both", async function () {
    if (!onNative) this.skip();
    const run = await kdSweep(at, ["run", at.sweep, "--backend", "native"]);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(backends(), { portable: 3, native: 1 });
    const page = readFileSync(join(study(), "report.html"), "utf8");
    assert.match(page, /2 different environments, which differ in backend \(portable: 3 trials, native: 1 trial\)/);
  });

  it("never has a training on both: one stopped on the one starts over on the other, and goes on when it is back", async function () {
    if (!onNative) this.skip();
    const one = place(
      folder,
      sweep
        .replace("name: backends", "name: stopped")
        .replace("seeds: 2", "seeds: 1")
        .replace("[hard, kd]", "[hard]")
        .replace("epochs: 2", "epochs: 3000"),
    );
    const run = (backend: string): ChildProcess =>
      startKdSweep(one, ["run", one.sweep, "--backend", backend, "--json"]);
    const child = run("native");
    await untilPrinted(child, '"type":"trial-epoch"');
    child.kill("SIGKILL");
    await exited(child);
    const other = run("portable");
    let said = "";
    other.stdout!.on("data", (chunk) => (said += String(chunk)));
    await untilPrinted(other, '"type":"trial-epoch"');
    other.kill("SIGINT");
    await exited(other);
    const log = readFileSync(join(one.results, "stopped", "study.log"), "utf8");
    assert.match(said, /starts over; what the native backend trained of it stays/);
    assert.match(log, /starts over; what the native backend trained of it stays/);
    const back = run("native");
    await untilPrinted(back, '"type":"trial-epoch"');
    back.kill("SIGINT");
    await exited(back);
    assert.match(readFileSync(join(one.results, "stopped", "study.log"), "utf8"), /goes on after epoch/);
  });

  it("is not needed to predict", async () => {
    const image = join(folder, "image.png");
    const { default: sharp } = await import("sharp");
    await sharp({ create: { width: 20, height: 30, channels: 3, background: "red" } }).toFile(image);
    const answers = await Promise.all(
      (onNative ? ["native", "portable", "auto"] : ["portable", "auto"]).map(async (backend) => {
        const { code, stderr, stdout } = await kdSweep(at, ["predict", study(), image, "--json", "--backend", backend]);
        assert.equal(code, 0, stderr);
        const { probabilities } = JSON.parse(stdout) as { probabilities: Record<string, number> };
        return Object.values(probabilities);
      }),
    );
    for (const answer of answers)
      for (const [index, value] of answer.entries()) assert.ok(Math.abs(value - answers[0]![index]!) < 1e-5);
  });

  for (const [args, variable, message] of [
    [["--backend", "fast"], undefined, "kd-sweep: --backend: expected auto, native or portable, found fast\n"],
    [[], "wasm", "kd-sweep: KD_SWEEP_BACKEND: expected auto, native or portable, found wasm\n"],
  ] as const) {
    it(`refuses ${variable ?? args.join(" ")} and writes nothing`, async () => {
      const elsewhere = join(folder, "elsewhere");
      const extra = variable === undefined ? {} : { KD_SWEEP_BACKEND: variable };
      const { code, stderr } = await kdSweep(at, ["run", at.sweep, "--results", elsewhere, ...args], extra);
      assert.deepEqual([code, stderr], [1, message]);
      assert.throws(() => readFileSync(join(elsewhere, "backends", "study.sqlite")), /ENOENT/);
    });
  }
});

describe("the portable backend's set-up", () => {
  const at = place(temporaryFolder().path);

  it("takes nothing that is for the native one", async () => {
    for (const args of [["--force"], ["--wheel", "absent.whl"]]) {
      const { code, stderr } = await kdSweep(at, ["setup", "--backend", "portable", ...args]);
      assert.equal(code, 1);
      assert.match(stderr, /--wheel and --force are for the native backend/);
    }
  });
});

describe("a machine with nothing but Node", function () {
  this.timeout(120_000);
  const folder = temporaryFolder().path;

  /** An installation in which TensorFlow's library is not set up. */
  function notSetUp(): NodeJS.ProcessEnv {
    const guard = join(folder, "guard.cjs");
    // The addon's file is what set-up looks for; its place is this checkout's.
    writeFileSync(
      guard,
      `const fs = require("node:fs"); const { existsSync, readFileSync } = fs;
       fs.existsSync = (path) => !/tfjs_binding\\.node$/.test(String(path)) && existsSync(path);
       fs.readFileSync = (path, ...rest) => {
         if (/kd-sweep-setup\\.json$/.test(String(path))) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
         return readFileSync(path, ...rest);
       };
       require("node:module").syncBuiltinESMExports();`,
    );
    return { KD_SWEEP_BACKEND: "", NODE_OPTIONS: `--require ${guard}` };
  }

  /** That, and a PATH without python3 and compiler. */
  function bare(): NodeJS.ProcessEnv {
    return { ...notSetUp(), PATH: "", CXX: undefined };
  }

  it("trains on the portable backend, and says once what it lacks", async () => {
    const at = place(
      folder,
      "name: bare\nseeds: 1\ndataset: { name: petals, imageSize: 16, images: 40 }\ntraining: { epochs: 1 }\nloss: { type: hard }\n",
    );
    const { code, stderr } = await kdSweep(at, ["run", at.sweep], bare());
    assert.equal(code, 0, stderr);
    assert.equal(stderr.match(/the portable backend is used/g)?.length, 1, stderr);
    assert.match(
      stderr,
      /since its addon cannot be built|since there is no TensorFlow for|since TensorFlow .* needs glibc/,
    );
    assert.match(stderr, /`kd-sweep doctor` tells what to do/);
  });

  it("is refused where the native backend was asked for", async () => {
    const at = place(folder);
    for (const command of [["run", at.sweep], ["setup"]]) {
      const { code, stderr } = await kdSweep(at, [...command, "--backend", "native"], bare());
      assert.equal(code, 3);
      assert.match(stderr, /^kd-sweep: TensorFlow cannot be set up: [^\n]+\n$/);
    }
  });

  it("has the reason of each step from the doctor", async () => {
    const at = place(folder);
    const { code, stdout } = await kdSweep(at, ["doctor"], bare());
    assert.equal(code, 0, stdout);
    for (const line of [
      /^-- +native addon +missing/m,
      /^-- +cached library +none in/m,
      /^-- +pip/m,
      /^-- +C\+\+ compiler/m,
      /^ok +portable backend/m,
      /^-- +backend in use +portable/m,
    ])
      assert.match(stdout, line);
    assert.match(stdout, /kd-sweep can train here, on the portable backend\.\n$/);
  });

  it("is told from one that a run sets up: there the doctor names the native backend", async function () {
    if ("missing" in (await findPip()) || "missing" in (await findCompiler())) this.skip();
    const at = place(folder);
    const { code, stdout } = await kdSweep(at, ["doctor"], notSetUp());
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^-- +native addon +missing/m);
    assert.match(stdout, /^-- +backend in use +native, once it is set up\n +fix: kd-sweep setup, or the next run$/m);
    assert.match(stdout, /\nkd-sweep can train here, once it is set up\.\n$/);
    const whole = { ...bare(), KD_SWEEP_CACHE: cacheFolder() };
    const cached = await kdSweep(at, ["doctor"], whole);
    assert.match(cached.stdout, /backend in use +native, once it is set up$/m, "the cache holds the addon too");
  });

  it("runs a shortened quickstart, and says so in every way of printing", async () => {
    const at = place(folder);
    const small = ["--results", "quick", "--set", "dataset.images=40", "--set", "dataset.imageSize=16"];
    for (const way of [["--quiet"], ["--json"]]) {
      const args = ["quickstart", ...small, ...way, "--max-trials", "1", "--name", `q${way[0]!.slice(2)}`];
      const { code, stdout, stderr } = await kdSweep(at, args, bare());
      assert.equal(code, 2, stderr);
      const said = way[0] === "--json" ? stdout : stderr;
      assert.match(said, /the portable backend is used/);
      assert.match(said, /on this backend the sweep is shortened: --set training\.epochs=5/);
      if (way[0] === "--json") assert.equal(stderr, "");
    }
    const again = ["quickstart", ...small, "--max-trials", "1", "--name", "qjson"];
    const second = await kdSweep(at, again, bare());
    assert.match(second.stderr, /qjson: 21 trials, 2 complete, 19 to run/);
    assert.equal(second.stderr.match(/shortened/g)?.length, 1, second.stderr);
    assert.equal(second.code, 2, second.stderr);
    const retried = await kdSweep(at, [...again, "--retry-failed"], bare());
    assert.match(retried.stderr, /qjson: 21 trials, 3 complete/);
    const own = ["--set", " training.epochs =1", "--name", "own"];
    const { code, stderr } = await kdSweep(at, ["quickstart", ...small, "--max-trials", "1", ...own], bare());
    assert.equal(code, 2, stderr);
    assert.ok(!stderr.includes("shortened"), stderr);
  });

  it("reads the quickstart's options before it sets anything up", async () => {
    const at = place(folder);
    const { code, stderr } = await kdSweep(at, ["quickstart", "--set", "training.epoch=5"], bare());
    assert.equal(code, 1);
    assert.ok(!stderr.includes("portable"), stderr);
    assert.match(stderr, /epochs/);
  });
});
