// A process or thread that uses a lock: `hold <path> [<ms>]` takes it, having waited so long at most, says so and keeps it;
// `ask <path>` says whether it is locked and what comes of taking it;
// `count <path> <file> <times>` raises the number in a file, reading and writing it under the lock.
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { acquireLock, isLocked, tryLock } from "../../../src/store/lock.js";

const [action, path, file, times] = isMainThread ? process.argv.slice(2) : (workerData as string[]);
if (path === undefined) throw new Error("usage: lock.js hold|ask|count <path> ...");

if (action === "hold") {
  const taken = tryLock(path, { waitMs: Number(file ?? 0) });
  const said = "release" in taken ? "held" : `refused ${String(taken.heldBy)}`;
  if (isMainThread) process.stdout.write(`${said}\n`);
  else parentPort?.postMessage(said);
  setInterval(() => undefined, 1000);
} else if (action === "ask") {
  console.log(`locked ${isLocked(path)}`);
  try {
    tryLock(path);
    console.log("taken");
  } catch (error) {
    console.log(`refused ${(error as Error).message}`);
  }
} else {
  for (let time = 0; time < Number(times); time++) {
    const lock = await acquireLock(path, { pollMs: 2 });
    const count = Number(readFileSync(file ?? "", "utf8"));
    writeFileSync(file ?? "", String(count + 1));
    lock.release();
  }
}
