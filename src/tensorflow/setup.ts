import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { cacheFolder } from "../artifacts/cache-folder.js";
import type { Lock } from "../store/lock.js";
import { UserError } from "../trial/issue.js";
import { tidyCache } from "./library.js";
import { findTfjsPackage } from "./package.js";
import { wheelFor } from "./pins.js";
import { probeTensorFlow } from "./probe.js";
import { explainFailure, type Place, rungs, type SetupOptions, type SetupResult } from "./rungs.js";
import { validStamp } from "./stamp.js";

export type { SetupOptions, SetupResult } from "./rungs.js";

/** What set-up works on in this installation. */
function installedPlace(): Place {
  const pin = wheelFor(`${process.platform}-${process.arch}`);
  return { tfjs: findTfjsPackage(), cache: cacheFolder(), pin, probe: probeTensorFlow };
}

/**
 * Makes sure that TensorFlow loads and trains; takes a few milliseconds where a former call did so. Never loads it into
 * this process. Any number may be called at once: one works, the others wait for it.
 *
 * @throws UserError (exit code 3) that says what is missing and how to get it.
 */
export async function ensureTensorFlow(options: SetupOptions): Promise<SetupResult> {
  return setUp(installedPlace(), options);
}

/** `ensureTensorFlow` for a place of the caller's. */
export async function setUp(place: Place, options: SetupOptions): Promise<SetupResult> {
  const done = nothingToDo(place, options);
  if (done !== null) return done;
  const lock = await takeLock(place.cache, options);
  try {
    return nothingToDo(place, options) ?? (await climb(place, options));
  } catch (error) {
    throw explainFailure(error, place.cache);
  } finally {
    lock.release();
  }
}

function nothingToDo(place: Place, options: SetupOptions): SetupResult | null {
  const stamp = options.force === true ? null : validStamp(place.tfjs);
  return stamp === null ? null : { changed: false, tensorflow: stamp.tensorflow };
}

async function climb(place: Place, options: SetupOptions): Promise<SetupResult> {
  if (place.pin !== undefined) await tidyCache(place.cache, place.pin);
  let missing = "";
  for (const rung of rungs) {
    const attempt = await rung(place, options);
    if (attempt.ok) return attempt.result;
    missing = attempt.missing;
  }
  throw new UserError(`TensorFlow cannot be set up: ${missing}`, 3);
}

async function takeLock(cache: string, options: SetupOptions): Promise<Lock> {
  const { acquireLock, tryLock } = await import("../store/lock.js");
  await mkdir(join(cache, "locks"), { recursive: true });
  const path = join(cache, "locks", "tensorflow.lock");
  const taken = tryLock(path);
  if ("release" in taken) return taken;
  const holder = taken.heldBy === null ? "another process" : `process ${taken.heldBy}`;
  options.log(`${holder} is setting TensorFlow up; waiting for it`);
  return acquireLock(path);
}
