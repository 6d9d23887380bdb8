import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { cacheFolder } from "../artifacts/cache-folder.js";
import type { Lock } from "../store/lock.js";
import type { Backend } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";
import { isWritable } from "../trial/unwritable.js";
import { tidyCache } from "./library.js";
import { findTfjsPackage } from "./package.js";
import { wheelFor } from "./pins.js";
import { probeTensorFlow } from "./probe.js";
import { explainFailure, type Place, rungs, type SetupOptions, type SetupResult } from "./rungs.js";
import { validStamp } from "./stamp.js";

export type { SetupOptions, SetupResult } from "./rungs.js";

/** What set-up works on in this installation. */
function installedPlace(): Place {
  return { tfjs: findTfjsPackage(), cache: cacheFolder(), pin: wheelFor(), probe: probeTensorFlow };
}

/** A backend that trains here. */
export interface ChosenBackend {
  readonly backend: Backend;
  /** Why it is not the native one, as a sentence without its end; null where it is, or the portable one was asked for. */
  readonly lacking: string | null;
  /** What the native one's set-up did; null for the portable one. */
  readonly setUp: SetupResult | null;
}

/**
 * The backend that was asked for; without that the native one, set up where it is not, or, where it cannot be, the
 * portable one, which needs no set-up.
 *
 * @throws UserError (exit code 3) where the native one was asked for and cannot be set up, or its set-up breaks off
 */
export async function chooseBackend(asked: Backend | null, options: SetupOptions): Promise<ChosenBackend> {
  if (asked === "portable") return { backend: "portable", lacking: null, setUp: null };
  try {
    return { backend: "native", lacking: null, setUp: await setUp(installedPlace(), options) };
  } catch (error) {
    if (asked === "native" || !(error instanceof NoNativeBackend)) throw error;
    return { backend: "portable", lacking: error.missing, setUp: null };
  }
}

/** Whether a former call set the native backend up, and it is still there; takes a few file calls. */
export function isSetUp(): boolean {
  try {
    return validStamp(findTfjsPackage()) !== null;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Makes sure that TensorFlow's own library loads and trains; takes a few milliseconds where a former call did so. Never
 * loads it into this process. Any number may be called at once: one works, the others wait for it.
 *
 * @throws UserError (exit code 3) that says what is missing and how to get it.
 */
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
  if (stamp === null) return null;
  sayIfUnused(options, false);
  return { changed: false, tensorflow: stamp.tensorflow };
}

/** Says of a wheel that was named for this very set-up that it was not needed; of the environment's, that is no news. */
function sayIfUnused({ log, wheel }: SetupOptions, unpacked: boolean): void {
  if (wheel === undefined || unpacked) return;
  log(
    "the wheel was not used: TensorFlow's library is there " +
      "(--force checks every byte of it, and takes the wheel where one is wrong)",
  );
}

async function climb(place: Place, options: SetupOptions): Promise<SetupResult> {
  if (place.pin !== undefined) await tidyCache(place.cache, place.pin);
  let missing = "";
  for (const rung of rungs) {
    const attempt = await rung(place, options);
    if (attempt.ok) {
      sayIfUnused(options, attempt.unpacked);
      return attempt.result;
    }
    missing = attempt.missing;
  }
  throw new NoNativeBackend(missing);
}

/** This machine lacks what the native backend needs. */
class NoNativeBackend extends UserError {
  /** @param missing what, as a sentence without its end */
  constructor(readonly missing: string) {
    super(`TensorFlow cannot be set up: ${missing}`, 3);
  }
}

async function takeLock(cache: string, options: SetupOptions): Promise<Lock> {
  const { acquireLock, tryLock } = await import("../store/lock.js");
  await mkdir(join(cache, "locks"), { recursive: true });
  const path = join(cache, "locks", "tensorflow.lock");
  // In another user's cache nothing is set up, and what is there serves without its lock.
  if (existsSync(path) && !isWritable(path)) return { release: () => undefined };
  const taken = tryLock(path);
  if ("release" in taken) return taken;
  const holder = taken.heldBy === null ? "another process" : `process ${taken.heldBy}`;
  options.log(`${holder} is setting TensorFlow up; waiting for it`);
  return acquireLock(path);
}
