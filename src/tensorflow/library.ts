import { rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../trial/issue.js";
import { downloadWheel, findPip } from "./pip.js";
import { type WheelPin, wheelName } from "./pins.js";
import { megabytes, type Reporter } from "./progress.js";
import { damage, isSealed, publish, removeUnfinished, unfinishedFolder } from "./sealed-folder.js";
import { unpackWheel, wheelFault } from "./wheel.js";

/** The folder of a wheel's library in the cache. */
export function libraryFolder(cache: string, pin: WheelPin): string {
  return join(cache, `tensorflow-${pin.version}-${pin.target}`);
}

/** Where a wheel stands that set-up has fetched, under a name that a user's own does not have. */
function fetchedWheel(cache: string, pin: WheelPin): string {
  return join(cache, `fetched-${wheelName(pin)}`);
}

/** Removes what ended set-ups left: unfinished folders, and a wheel whose library is there. The caller holds the lock. */
export async function tidyCache(cache: string, pin: WheelPin): Promise<void> {
  const library = libraryFolder(cache, pin);
  await removeUnfinished(cache);
  await removeUnfinished(library);
  if (isSealed(library)) await rm(fetchedWheel(cache, pin), { force: true });
}

/**
 * The library of the pinned wheel, unpacked and whole in the cache: as it is there, else from the wheel named by hand,
 * else from a wheel that an ended set-up had fetched, else through pip. The caller holds the lock.
 *
 * @returns its folder and whether a wheel was unpacked, or what is missing.
 */
export async function provideLibrary(
  cache: string,
  pin: WheelPin,
  options: { reporter: Reporter; wheel?: string | undefined },
): Promise<{ library: string; unpacked: boolean } | { missing: string }> {
  const library = libraryFolder(cache, pin);
  const damaged = await damage(library);
  if (damaged === null) return { library, unpacked: false };
  if (damaged !== library) options.reporter.log(`${damaged} is damaged; the library is made anew`);

  const kept = fetchedWheel(cache, pin);
  let wheel = options.wheel;
  if (wheel !== undefined) {
    const fault = await wheelFault(wheel, pin);
    if (fault !== null) throw new UserError(`the wheel ${wheel} ${fault}; fetch it again, or leave it to pip`, 3);
  } else {
    const fetched = await fetchWheel(cache, kept, pin, options.reporter);
    if (fetched !== null) return fetched;
    wheel = kept;
  }
  await unpack(wheel, library, cache, pin, options.reporter);
  await rm(kept, { force: true });
  return { library, unpacked: true };
}

/** Fetches the wheel to `kept`, where it stays until it is unpacked; says what is missing, or null. */
async function fetchWheel(
  cache: string,
  kept: string,
  pin: WheelPin,
  reporter: Reporter,
): Promise<{ missing: string } | null> {
  if ((await wheelFault(kept, pin)) === null) return null;
  await rm(kept, { force: true });
  const pip = await findPip();
  if ("missing" in pip) {
    return { missing: `its library cannot be fetched: ${pip.missing} (${pip.cure}; ${byHand(pin)})` };
  }
  // pip copies its finished download; then the wheel and what is unpacked of it stand side by side.
  const full = await lackOfSpace(cache, pin.bytes + Math.max(pin.bytes, pin.unpackedBytes));
  if (full !== null) return full;
  const staging = await unfinishedFolder(cache);
  try {
    const download = await downloadWheel(pip, pin, staging, reporter);
    if ("missing" in download) return { missing: `${download.missing} (${byHand(pin)})` };
    const fault = await wheelFault(download.wheel, pin);
    if (fault !== null) return { missing: `the wheel that pip fetched ${fault}` };
    await rename(download.wheel, kept);
    return null;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function byHand(pin: WheelPin): string {
  return `\`kd-sweep setup --wheel <file>\` takes ${wheelName(pin)} from elsewhere`;
}

async function unpack(wheel: string, library: string, cache: string, pin: WheelPin, reporter: Reporter): Promise<void> {
  const full = await lackOfSpace(cache, pin.unpackedBytes);
  if (full !== null) throw new UserError(full.missing, 3);
  reporter.log(`unpacking TensorFlow ${pin.version} to ${library}`);
  const staging = await unfinishedFolder(cache);
  try {
    await publish(staging, library, await unpackWheel(wheel, staging, pin, reporter));
  } catch (error) {
    // The file system's own errors name their cause; any other is the zip's.
    if (error instanceof Error && "syscall" in error) throw error;
    throw new UserError(`the wheel ${wheel} cannot be unpacked: ${String(error)}`, 3);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function lackOfSpace(folder: string, needed: number): Promise<{ missing: string } | null> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return null;
  return {
    missing: `the disk is too full: ${folder} has ${megabytes(bavail * bsize)} MB left, set-up needs ${megabytes(needed)} MB there (KD_SWEEP_CACHE names another folder)`,
  };
}
