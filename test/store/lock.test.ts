import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { acquireLock, isLocked, type Lock, tryLock } from "../../src/store/lock.js";
import { UserError } from "../../src/trial/issue.js";
import { program, start, temporaryFolder } from "./programs/programs.js";

function take(path: string): Lock {
  const taken = tryLock(path);
  assert.ok("release" in taken, "the lock should be free");
  return taken;
}

async function startThread(path: string): Promise<{ readonly thread: Worker; readonly said: unknown }> {
  const thread = new Worker(program("lock"), { workerData: ["hold", path] });
  const [said] = (await once(thread, "message")) as [unknown];
  return { thread, said };
}

describe("a lock", () => {
  const folder = temporaryFolder();
  const path = (): string => join(folder(), "study.lock");

  it("is taken once, refused with the holder's process id, and free after its release", () => {
    const lock = take(path());
    assert.deepEqual(tryLock(path()), { heldBy: process.pid });
    assert.equal(isLocked(path()), true);
    lock.release();
    lock.release();
    assert.equal(isLocked(path()), false);
    take(path()).release();
  });

  it("leaves one empty file and nothing else", () => {
    take(path()).release();
    assert.deepEqual(readdirSync(folder()), ["study.lock"]);
    assert.equal(statSync(path()).size, 0);
  });

  it("of another process is refused with that process's id, and free as soon as it is killed", async () => {
    const holder = start("lock", "hold", path());
    assert.equal(await holder.next(), "held");
    assert.deepEqual(tryLock(path()), { heldBy: holder.child.pid });
    await holder.kill();
    assert.equal(isLocked(path()), false);
    take(path()).release();
  });

  it("is not to be had of a file that may not be written, and then held where a holder has left its name", function () {
    const lock = take(path());
    chmodSync(folder(), 0o755);
    chmodSync(path(), 0o444);
    // Root may write everything: another user asks.
    const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout, stderr } = spawnSync(process.execPath, [program("lock"), "ask", path()], {
      encoding: "utf8",
      ...asNobody,
    });
    if (stderr.includes("EACCES") && stdout === "") this.skip(); // it may not read this program
    assert.match(
      stdout,
      /^locked true\nrefused .*study\.lock: cannot be locked \(it may not be written by this user\)\n$/,
    );
    lock.release();
    const after = spawnSync(process.execPath, [program("lock"), "ask", path()], { encoding: "utf8", ...asNobody });
    assert.match(after.stdout, /^locked false\n/);
  });

  it("is of the file at its path, also where the one that was waited for has moved away with its folder", async () => {
    const [study, aside] = [join(folder(), "study"), join(folder(), "aside")];
    mkdirSync(study);
    const lock = take(join(study, ".lock"));
    const waiting = start("lock", "hold", join(study, ".lock"), "20000");
    // No sign tells that it has opened the file; where it has not yet, it finds the new one at once.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    renameSync(study, aside);
    mkdirSync(study);
    lock.release();
    assert.equal(await waiting.next(), "held");
    assert.deepEqual(tryLock(join(study, ".lock")), { heldBy: waiting.child.pid });
    assert.equal(isLocked(join(aside, ".lock")), false);
    await waiting.kill();
  });

  it("held here is refused to another process", async () => {
    const lock = take(path());
    const other = start("lock", "hold", path());
    assert.equal(await other.next(), `refused ${process.pid}`);
    await other.kill();
    assert.deepEqual(tryLock(path()), { heldBy: process.pid }, "the other's try must not have freed it");
    lock.release();
  });

  it("does not name a process that is gone", () => {
    const lock = take(path());
    writeFileSync(`${path()}.pid`, "999999999\n");
    assert.deepEqual(tryLock(path()), { heldBy: null });
    lock.release();
  });

  it("holds between threads of one process and ends with its thread", async () => {
    const first = await startThread(path());
    assert.equal(first.said, "held");
    const second = await startThread(path());
    assert.equal(second.said, `refused ${process.pid}`);
    assert.deepEqual(tryLock(path()), { heldBy: process.pid });
    await second.thread.terminate();
    assert.deepEqual(tryLock(path()), { heldBy: process.pid }, "the refused thread's end must not have freed it");
    await first.thread.terminate();
    take(path()).release();
  });

  it("is not lost to the garbage collector", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    take(path());
    for (let round = 0; round < 10; round++) {
      await new Promise(setImmediate);
      collect();
    }
    assert.deepEqual(tryLock(path()), { heldBy: process.pid });
  });

  it("lets 50 processes and 4 threads raise one counter without losing a count", async () => {
    const counter = join(folder(), "counter");
    writeFileSync(counter, "0");
    const processes = Array.from({ length: 50 }, () => start("lock", "count", path(), counter, "3"));
    const threads = Array.from({ length: 4 }, () => {
      const thread = new Worker(program("lock"), { workerData: ["count", path(), counter, "3"] });
      return once(thread, "exit");
    });
    assert.deepEqual(await Promise.all(processes.map((each) => each.ended)), Array<number>(50).fill(0));
    assert.deepEqual(await Promise.all(threads), Array<number[]>(4).fill([0]));
    assert.equal(readFileSync(counter, "utf8"), String(54 * 3));
  });

  it("can be waited for, and the wait aborted", async () => {
    const lock = take(path());
    const controller = new AbortController();
    const aborted = acquireLock(path(), { signal: controller.signal, pollMs: 5 });
    const waiting = acquireLock(path(), { pollMs: 5 });
    controller.abort(new Error("enough"));
    await assert.rejects(aborted, /enough/);
    await assert.rejects(acquireLock(path(), { signal: controller.signal }), /enough/);
    lock.release();
    (await waiting).release();
    take(path()).release();
  });

  it("in a folder that is missing, or on a file that is something else, is one sentence", () => {
    const missing = join(folder(), "missing", "study.lock");
    const other = join(folder(), "notes.txt");
    writeFileSync(other, "not a lock\n".repeat(200));
    for (const [wrong, message] of [
      [missing, /study\.lock: cannot be locked \(.*unable to open database file\)$/],
      [other, /notes\.txt: cannot be locked \(file is not a database\)$/],
    ] as const) {
      assert.throws(
        () => tryLock(wrong),
        (error) => error instanceof UserError && error.exitCode === 3 && message.test(error.message),
      );
    }
    assert.equal(readFileSync(other, "utf8").length, 2200);
  });
});
