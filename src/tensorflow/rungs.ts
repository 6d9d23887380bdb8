import { existsSync, realpathSync } from "node:fs";
import { dirname, sep } from "node:path";

import { UserError } from "../trial/issue.js";
import { isWritable } from "../trial/unwritable.js";
import { addonPath, buildAddon, findCompiler, linkAddon } from "./addon.js";
import { libraryFolder, provideLibrary } from "./library.js";
import type { TfjsPackage } from "./package.js";
import { ownTarget, type WheelPin, wheelTargets } from "./pins.js";
import type { ProbeResult } from "./probe.js";
import type { Reporter } from "./progress.js";
import { damage, isSealed } from "./sealed-folder.js";
import { writeStamp } from "./stamp.js";

export interface SetupOptions extends Reporter {
  /** The pinned wheel's file, where pip is not to fetch it. Default: the environment's `KD_SWEEP_TENSORFLOW_WHEEL`. */
  readonly wheel?: string | undefined;
  /** Checks every byte and builds the addon anew, even if all seems well. */
  readonly force?: boolean | undefined;
}

export interface SetupResult {
  /** False where nothing had to be done. */
  readonly changed: boolean;
  /** The native library's version. */
  readonly tensorflow: string;
}

/** What set-up works on: the machine's own, or a test's. */
export interface Place {
  readonly tfjs: TfjsPackage;
  readonly cache: string;
  /** undefined where no wheel is for this platform. */
  readonly pin: WheelPin | undefined;
  /** The full check: loads what `tfjs` leads to in a process of its own. */
  readonly probe: () => Promise<ProbeResult>;
}

type Attempt =
  /** `unpacked`: whether that took a wheel. */
  | { readonly ok: true; readonly result: SetupResult; readonly unpacked: boolean }
  /** What is missing and how to get it, as a sentence without its end. */
  | { readonly ok: false; readonly missing: string };

/**
 * A way to a TensorFlow that trains.
 *
 * @throws UserError where what the user named by hand cannot be used.
 */
export type Rung = (place: Place, options: SetupOptions) => Promise<Attempt>;

/** Tried in this order; the first that works is taken. Where none does, `chooseBackend` has another backend. */
export const rungs: readonly Rung[] = [useInstalled, useCached, useWheel];

/** The addon that is there, whoever built it. */
async function useInstalled(place: Place, options: SetupOptions): Promise<Attempt> {
  if (options.force === true) return { ok: false, missing: "everything is to be made anew" };
  const fault = await addonFault(place);
  if (fault !== null) return { ok: false, missing: `the addon is no use: ${fault}` };
  const attempt = await check(place, false, options.log);
  if (attempt.ok && !isOwn(place.tfjs)) options.log(foreignAddon);
  return attempt;
}

/** What is known of an addon that somebody else built, tfjs-node's install script for instance. */
const foreignAddon =
  "it is not kd-sweep's own build: rarely, a run on several workers may hang or crash as it starts " +
  "(`kd-sweep setup --force` puts kd-sweep's in its place)";

/** Whether kd-sweep built the addon that is there. */
export function isOwn({ addon }: TfjsPackage): boolean {
  return isSealed(dirname(realpathSync(addon)));
}

/** Why no addon can be put in its place, in words; null where it can. */
export function installationFault({ addon }: Pick<TfjsPackage, "addon">): string | null {
  let folder = dirname(addon);
  while (!existsSync(folder)) folder = dirname(folder);
  return isWritable(folder) ? null : `${folder} may not be written by this user`;
}

/** What to do about `installationFault`. */
export const installationCure =
  "who installed kd-sweep runs `kd-sweep setup` once, with KD_SWEEP_CACHE naming a folder that all may read";

/** Why the addon that is there is not taken, in a few words; null where it is, if it trains. */
export async function addonFault(place: Omit<Place, "probe">): Promise<string | null> {
  if (!existsSync(place.tfjs.addon)) return "missing";
  if (await isOutdated(place)) return "built by another kd-sweep";
  const damaged = await cachedDamage(place.tfjs);
  return damaged === null ? null : `${damaged} is damaged`;
}

/** Whether the addon is one that kd-sweep built in this cache, of other sources or with other flags than now. */
async function isOutdated({ cache, pin, tfjs }: Omit<Place, "probe">): Promise<boolean> {
  if (pin === undefined) return false;
  const library = libraryFolder(cache, pin);
  if (!existsSync(library)) return false;
  const addon = realpathSync(tfjs.addon);
  return (
    addon.startsWith(`${realpathSync(library)}${sep}addon-`) && addon !== (await addonPath(tfjs, realpathSync(library)))
  );
}

/** What comes of a way that puts an addon where none can be put, before it begins; null where one can. */
function refusedBy(tfjs: TfjsPackage): Attempt | null {
  const fault = installationFault(tfjs);
  return fault === null ? null : { ok: false, missing: `${fault}; ${installationCure}` };
}

/** What an earlier set-up left in the cache: after `npm ci` nothing is fetched or compiled. */
async function useCached(place: Place, options: SetupOptions): Promise<Attempt> {
  if (options.force === true) return { ok: false, missing: "everything is to be made anew" };
  if (place.pin === undefined) return { ok: false, missing: noWheelHere() };
  const library = libraryFolder(place.cache, place.pin);
  const addon = await addonPath(place.tfjs, library);
  const damaged = (await damage(library)) ?? (await damage(dirname(addon)));
  if (damaged !== null) return { ok: false, missing: `${damaged} is missing or damaged` };
  const refused = refusedBy(place.tfjs);
  if (refused !== null) return refused;
  await linkAddon(place.tfjs, addon);
  return check(place, true, options.log);
}

/** The library of TensorFlow's wheel, with the addon built on it. */
async function useWheel(place: Place, options: SetupOptions): Promise<Attempt> {
  const { pin } = place;
  if (pin === undefined) return { ok: false, missing: noWheelHere() };
  const fault = glibcFault(pin, glibcVersion());
  if (fault !== null) return { ok: false, missing: fault };
  const refused = refusedBy(place.tfjs);
  if (refused !== null) return refused;
  // Before the download: it would be for nothing.
  const found = await findCompiler();
  if ("missing" in found) return { ok: false, missing: `its addon cannot be built: ${found.missing} (${found.cure})` };
  const { log, progress } = options;
  const reporter = { log, progress };
  const named = options.wheel ?? process.env.KD_SWEEP_TENSORFLOW_WHEEL;
  const wheel = named === "" ? undefined : named;
  const provided = await provideLibrary(place.cache, pin, { reporter, wheel });
  if ("missing" in provided) return { ok: false, missing: provided.missing };
  const built = await buildAddon(place.tfjs, provided.library, found.compiler, reporter);
  if ("missing" in built) return { ok: false, missing: built.missing };
  await linkAddon(place.tfjs, built.addon);
  return check(place, true, log, provided.unpacked);
}

async function check(place: Place, changed: boolean, log: Reporter["log"], unpacked = false): Promise<Attempt> {
  log("checking that TensorFlow trains");
  const result = await place.probe();
  if (!result.ok) return { ok: false, missing: `it does not run here: ${result.reason}` };
  const { sideBySide, sameBits, tensorflow, files } = result.probe;
  if (!sideBySide) return { ok: false, missing: "its workers do not train side by side" };
  if (!sameBits) return { ok: false, missing: "two workers that train the same get different bits" };
  await writeStamp(place.tfjs, tensorflow, files).catch((error: unknown) => {
    // Somebody else's installation, which may not be written to: it serves all the same.
    log(`it trains, but that cannot be noted and is checked again each time (${String(error)})`);
  });
  return { ok: true, result: { changed, tensorflow }, unpacked };
}

/** What is damaged of an addon from the cache and its library, by their checksums; null also for any other addon. */
async function cachedDamage(tfjs: TfjsPackage): Promise<string | null> {
  const folder = dirname(realpathSync(tfjs.addon));
  const library = dirname(folder);
  if (!isSealed(folder)) return null;
  return (await damage(folder)) ?? (await damage(library));
}

function noWheelHere(): string {
  return `there is no TensorFlow for ${ownTarget}, only for ${wheelTargets.join(", ")}; run kd-sweep on such a machine or in such a container`;
}

/** The C library decides whether the wheel's library loads; asked before anything is fetched. */
export function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

/** What keeps a wheel from loading with this glibc ("2.36"; undefined: another C library); null where nothing does. */
export function glibcFault(pin: WheelPin, found: string | undefined): string | null {
  if (found !== undefined && found.localeCompare(pin.glibc, "en", { numeric: true }) >= 0) return null;
  return `TensorFlow ${pin.version} needs glibc ${pin.glibc} or newer, this system has ${found ?? "another C library (musl)"}; use a newer distribution or a container of one, such as node:20-bookworm`;
}

/** A full disk in the middle of it, as one sentence; other errors as they are. */
export function explainFailure(error: unknown, cache: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return new UserError(
    `TensorFlow cannot be set up: the disk that holds ${cache} is full (KD_SWEEP_CACHE names another folder)`,
    3,
  );
}
