import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";

import { cacheFolder } from "../../src/artifacts/cache-folder.js";
import { describeEnvironment } from "../../src/tensorflow/describe.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import { findTfjsPackage } from "../../src/tensorflow/package.js";
import { trainingEnvironment } from "../../src/tensorflow/process-environment.js";
import { type Check, checkCache, diagnose } from "../../src/tensorflow/doctor.js";
import { withEnvironment } from "../support/environment.js";
import { isSetUp } from "../../src/tensorflow/setup.js";
import { onNative } from "../support/backend.js";
import { temporaryFolder } from "../support/temporary.js";

describe("the environment that trains", () => {
  it("fixes the threads, and keeps what the user set for the log and the allocator", () => {
    const set = trainingEnvironment({ HOME: "/home", TF_NUM_INTRAOP_THREADS: "9", TF_CPP_MIN_LOG_LEVEL: "0" }, 2);
    assert.equal(set.TF_NUM_INTRAOP_THREADS, "2");
    assert.equal(set.TF_NUM_INTEROP_THREADS, "1");
    assert.equal(set.TF_CPP_MIN_LOG_LEVEL, "0");
    assert.equal(set.MALLOC_TRIM_THRESHOLD_, "8589934592");
    assert.equal(set.HOME, "/home");
    assert.equal(trainingEnvironment({}, 1).TF_CPP_MIN_LOG_LEVEL, "2");
  });

  it("is described without a name of the machine or the user, or a path", async () => {
    const environment = describeEnvironment(await loadTensorFlow(), 3);
    assert.equal(environment.threadsPerWorker, 3);
    assert.equal(environment.backend, onNative ? "native" : "portable");
    assert.match(environment.tensorflow, onNative ? /^2\.\d+\.\d+$/ : /^4\.\d+\.\d+$/);
    assert.match(environment.kdSweep, /^\d+\.\d+\.\d+/);
    assert.ok(environment.memoryBytes > 1e8 && environment.cores >= 1);
    const values = Object.values(environment).map(String);
    for (const name of [hostname(), userInfo().username]) assert.ok(!values.includes(name), name);
    assert.ok(!values.some((value) => value.startsWith("/")));
  });

  it("has tfjs-node look for its addon where its own loader does", async () => {
    const { createRequire } = await import("node:module");
    const own = createRequire(createRequire(import.meta.url).resolve("@tensorflow/tfjs-node"));
    const { find } = own("@mapbox/node-pre-gyp") as { find: (manifest: string) => string };
    const tfjs = findTfjsPackage();
    assert.equal(tfjs.addon, find(resolve(tfjs.folder, "package.json")));
  });

  it("is judged by doctor: two workers train at once to the same bits, and what is missing has its fix", async function () {
    if (!isSetUp()) this.skip();
    const { serves, checks } = await withEnvironment({ PATH: "/nonexistent", CXX: undefined }, diagnose);
    assert.equal(serves, true, `pip and a compiler are only needed by a new set-up: ${JSON.stringify(checks)}`);
    const named = (name: string): Check | undefined => checks.find((check) => check.name === name);
    assert.match(named("TensorFlow")?.found ?? "", /^2\.\d+\.\d+, native$/);
    assert.match(named("side by side")?.found ?? "", /at the same time/);
    assert.equal(named("same bits")?.state, "good");
    for (const name of ["pip", "C++ compiler"]) assert.equal(named(name)?.state, "warning");
    assert.ok(checks.every((check) => check.state === "good" || check.fix !== undefined));
  });
});

describe("the cache folder", () => {
  const root = temporaryFolder().path;

  it("is looked at by doctor: empty where it is not there yet, bad where a run could not use it", async () => {
    const states = async (path: string): Promise<unknown> =>
      (await checkCache(path)).map(({ state, found }) => `${state} ${found.replace(path, "it")}`);
    assert.deepEqual(await states(join(root, "absent")), ["good it (empty)"]);
    const file = join(root, "file");
    writeFileSync(file, "");
    assert.deepEqual(await states(file), ["bad it: a file is in the folder's place"]);
    assert.match(String(await states(root)), /^good it, .* GB free$/);
  });

  it("is a warning where this user may not write it", async function () {
    if (process.geteuid?.() === 0) this.skip();
    const sealed = join(root, "sealed");
    mkdirSync(sealed, { mode: 0o555 });
    const [check] = await checkCache(sealed);
    assert.equal(check?.state, "warning");
    assert.match(check.fix ?? "", /KD_SWEEP_CACHE/);
  });

  it("is KD_SWEEP_CACHE, else the platform's own for kd-sweep", () => {
    assert.equal(cacheFolder({ KD_SWEEP_CACHE: "/big/disk" }), "/big/disk");
    assert.equal(cacheFolder({ KD_SWEEP_CACHE: "near" }), resolve("near"));
    for (const environment of [{}, { KD_SWEEP_CACHE: "" }]) assert.match(cacheFolder(environment), /kd-sweep\b/);
  });
});
