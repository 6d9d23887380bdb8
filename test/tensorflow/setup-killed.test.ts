import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Ended, runProcess } from "../../src/tensorflow/run-process.js";
import { damage } from "../../src/tensorflow/sealed-folder.js";
import { setUp } from "../../src/tensorflow/setup.js";
import { withEnvironment } from "../support/environment.js";
import { type Fixture, fixture, hasCompiler, libraryOf, program } from "./setup-fixture.js";

const CHILD = fileURLToPath(new URL("./setup-child.js", import.meta.url));

/** Whether a process runs that nobody has yet to ask for its end. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

describe("a set-up that is killed, or not alone (needs g++)", () => {
  let machine: Fixture;
  before(function () {
    if (!hasCompiler) this.skip();
  });
  beforeEach(() => {
    machine = fixture();
  });
  afterEach(() => {
    machine.remove();
  });

  function child(death: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const env = { ...process.env, PATH: machine.path, ...environment };
    return runProcess(process.execPath, [CHILD, machine.root, JSON.stringify(machine.pin), death], { env });
  }

  async function mended(): Promise<void> {
    const again = await withEnvironment({ PATH: machine.path }, () => setUp(machine.place, { log: () => undefined }));
    assert.equal(again.tensorflow, "0.0.7");
    assert.equal(await damage(libraryOf(machine.place.tfjs.addon)), null);
    const left = readdirSync(machine.place.cache, { recursive: true }).map(String);
    assert.deepEqual(
      left.filter((name) => /unfinished|\.old-|\.whl/.test(name)),
      [],
    );
  }

  it("in the download: the next one fetches again", async () => {
    const ended = await child("never", { PIP_KILLS: "1" });
    assert.equal(ended.signal, "SIGKILL");
    assert.ok(readdirSync(machine.place.cache).some((name) => name.startsWith("unfinished-")));
    await mended();
    assert.equal(machine.downloads(), 2);
  });

  it("by a signal that it hears: it leaves no pip behind, nor what pip has started", async () => {
    const started = join(machine.root, "started");
    // A script around the real program, as pyenv's.
    const script = `if [ "$3" = --version ]; then echo pip; exit; fi\nsleep 600 & echo $! > '${started}'; kill -TERM $PPID; wait`;
    program(join(machine.root, "bin/python3"), script);
    const ended = await child("never");
    assert.equal(ended.signal, "SIGTERM");
    const left = Number(readFileSync(started, "utf8"));
    while (isRunning(left)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it("in the unpacking: the next one unpacks what was fetched, without a second download", async () => {
    const ended = await child("unpack");
    assert.equal(ended.signal, "SIGKILL");
    assert.ok(!existsSync(join(machine.place.cache, "tensorflow-0.0.7-linux-x64")));
    await mended();
    assert.equal(machine.downloads(), 1);
  });

  it("in the compiler: the next one compiles", async () => {
    const compiler = join(machine.root, "compiler");
    const halfWritten = 'for word; do [ "$last" = -o ] && echo half > "$word"; last=$word; done; kill -9 $PPID';
    program(compiler, `case "$*" in *--version*) echo 1;; *) ${halfWritten};; esac`);
    const ended = await child("never", { CXX: compiler });
    assert.equal(ended.signal, "SIGKILL");
    assert.ok(!existsSync(machine.place.tfjs.addon));
    await mended();
    assert.equal(machine.downloads(), 1);
  });

  it("in the check: the next one checks", async () => {
    const ended = await child("check");
    assert.equal(ended.signal, "SIGKILL");
    await mended();
    assert.equal(machine.downloads(), 1);
  });

  it("two at once: one works, both serve", async () => {
    const ended = await Promise.all([child("never"), child("never"), child("never")]);
    assert.deepEqual(
      ended.map(({ code, stderr }) => ({ code, stderr })),
      ended.map(() => ({ code: 0, stderr: "" })),
    );
    const results = ended.map(({ stdout }) => JSON.parse(stdout) as { changed: boolean; tensorflow: string });
    assert.deepEqual(results.map((result) => result.changed).sort(), [false, false, true]);
    assert.equal(machine.downloads(), 1);
    await mended();
  });
});
