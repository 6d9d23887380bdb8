import assert from "node:assert/strict";
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { StudyReader } from "../../src/store/reader.js";
import { exited, kdSweep, place, startKdSweep, untilPrinted } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

const kdSweepText = `
name: small
seeds: 4
dataset: { name: petals, imageSize: 16, images: 80 }
teacher: { backbone: convnet_s, epochs: 1 }
training: { epochs: 3, batchSize: 16 }
loss: { type: kd }
`;

const hardSweep = `
name: hard
seeds: 2
dataset: { name: petals, imageSize: 16, images: 80 }
training: { epochs: 2, batchSize: 16 }
loss: { type: hard }
`;

describe("a run that something happens to", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  function statesOf(study: string): string[] {
    const reader = StudyReader.open(study);
    try {
      return [...reader.states().values()];
    } finally {
      reader.close();
    }
  }

  it("ends with 3 where what it needs goes from the cache, and makes that again the next time", async () => {
    const at = place(folder.path, kdSweepText);
    const child = startKdSweep(at, ["run", at.sweep, "--workers", "1"]);
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await untilPrinted(child, "[1/4]");
    rmSync(join(at.cache, "artifacts", "logits"), { recursive: true });
    assert.equal(await exited(child), 3, said);
    assert.match(said, /logit table that a trial needs went from the cache.*the same command makes it again/);
    const states = statesOf(join(at.results, "small"));
    assert.ok(states.includes("waiting") && !states.includes("failed"), states.join());
    const again = await kdSweep(at, ["run", at.sweep]);
    assert.equal(again.code, 0, again.stderr);
  });

  it("trains what it cannot copy from a study that cannot be read", async () => {
    const at = { ...place(folder.path, kdSweepText.replace("name: small", "name: other")) };
    const database = new DatabaseSync(join(at.results, "small", "study.sqlite"));
    database.exec("UPDATE artifacts SET details = '{}'");
    database.close();
    const { code, stderr } = await kdSweep(at, ["run", at.sweep]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /nothing can be copied from another study: .*small/);
    assert.deepEqual(new Set(statesOf(join(at.results, "other"))), new Set(["complete"]));
  });

  it("writes nothing where it is stopped before it trains", async () => {
    const at = { ...place(folder.path, hardSweep), results: join(folder.path, "stopped") };
    const guard = join(folder.path, "guard.cjs");
    // Stopped as it looks for the study, once it has planned.
    writeFileSync(
      guard,
      `const files = require("node:fs"); const { existsSync } = files;
       files.existsSync = (path) => {
         if (String(path).endsWith("study.sqlite")) process.kill(process.pid, "SIGINT");
         return existsSync(path);
       };
       require("node:module").syncBuiltinESMExports();`,
    );
    const { code, stderr } = await kdSweep(at, ["run", at.sweep, "--results", at.results], {
      NODE_OPTIONS: `--require ${guard}`,
    });
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^kd-sweep: stopping;[^\n]*\n$/);
    assert.equal(existsSync(at.results), false);
  });

  it("says that it was stopped, not what TensorFlow's set-up lacked then", async () => {
    const at = { ...place(folder.path, hardSweep), results: join(folder.path, "set-up") };
    const guard = join(folder.path, "set-up.cjs");
    // Nothing is set up, and Ctrl-C comes as it begins.
    writeFileSync(
      guard,
      `const files = require("node:fs"); const { existsSync, readFileSync } = files;
       files.readFileSync = (path, ...more) => {
         if (String(path).endsWith("kd-sweep-setup.json")) throw new Error("no stamp");
         return readFileSync(path, ...more);
       };
       files.existsSync = (path) => {
         if (!String(path).endsWith("tfjs_binding.node")) return existsSync(path);
         process.kill(process.pid, "SIGINT");
         return false;
       };
       require("node:module").syncBuiltinESMExports();`,
    );
    const run = ["run", at.sweep, "--results", at.results, "--backend", "native"];
    const { code, stderr } = await kdSweep(at, run, { NODE_OPTIONS: `--require ${guard}`, PATH: folder.path, CXX: "" });
    assert.equal(code, 130, stderr);
    assert.doesNotMatch(stderr, /cannot be set up/);
    assert.equal(existsSync(at.results), false);
  });

  it("goes on where its output has no room, and ends with 3", async function () {
    if (!existsSync("/dev/full")) this.skip();
    const at = { ...place(folder.path, hardSweep), results: join(folder.path, "full") };
    const full = openSync("/dev/full", "w");
    const child = startKdSweep(at, ["run", at.sweep, "--results", at.results, "--json"], full);
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    assert.equal(await exited(child), 3, said);
    closeSync(full);
    assert.match(said, /^kd-sweep: the disk is full/m);
    assert.doesNotMatch(said, /^ {4}at /m);
    assert.deepEqual(statesOf(join(at.results, "hard")), ["complete", "complete"]);
    assert.ok(readdirSync(join(at.results, "hard")).includes("report.html"));
  });
});
