import { existsSync, realpathSync } from "node:fs";
import { readdir, stat, statfs } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

import { cacheFolder } from "../artifacts/cache-folder.js";
import type { Backend } from "../trial/environment.js";
import { isWritable } from "../trial/unwritable.js";
import { addonPath, findCompiler } from "./addon.js";
import { askedBackend, backendVariable } from "./backend.js";
import { kdSweepVersion, usableMemory } from "./describe.js";
import { libraryFolder } from "./library.js";
import { findTfjsPackage, type TfjsPackage } from "./package.js";
import { findPip } from "./pip.js";
import { ownTarget, wheelFor, wheelTargets } from "./pins.js";
import { type ProbeResult, probeTensorFlow } from "./probe.js";
import { processor } from "./processor.js";
import { addonFault, glibcFault, glibcVersion, installationCure, installationFault, isOwn } from "./rungs.js";
import { damage } from "./sealed-folder.js";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `bad`: kd-sweep cannot train. `warning`: it can, but not well, or a new set-up would lack something. */
  readonly state: "good" | "warning" | "bad";
  /** What was found. */
  readonly found: string;
  /** How to put it right; only where it is not good. */
  readonly fix?: string;
}

export interface Diagnosis {
  /** Whether kd-sweep can train here. */
  readonly serves: boolean;
  /** What the next run trains on; null where on nothing. */
  readonly backend: Backend | null;
  /** Whether that run sets it up first. */
  readonly toSetUp: boolean;
  readonly checks: readonly Check[];
}

const OLDEST_NODE = [20, 19] as const;
const SMALL_MEMORY = 4e9;

/** Looks at everything that kd-sweep needs of the machine; TensorFlow is tried in a process of its own. */
export async function diagnose(): Promise<Diagnosis> {
  const asked = askedBackend();
  const { checks: native, ways } = await checkNative();
  const [pip, compiler] = [await checkPip(), await checkCompiler()];
  const settable = ways !== null && canBeSetUp(ways, pip, compiler);
  const portable = judgePortable(await probeTensorFlow("portable"));
  const serving = { native: serves(native) || settable, portable: portable.state === "good" };
  const usable = asked === null ? (["native", "portable"] as const) : [asked];
  const backend = usable.find((each) => serving[each]) ?? null;
  const toSetUp = backend === "native" && settable;
  const checks = [
    { name: "kd-sweep", state: "good", found: kdSweepVersion() } satisfies Check,
    checkNode(),
    // What the other backend, or a set-up, can do without is no obstacle.
    ...(backend === "portable" || toSetUp ? native.map(lessGrave) : native),
    backend === "native" ? lessGrave(portable) : portable,
    backendInUse(backend, asked, toSetUp),
    ...checkMachine(),
    ...(await checkCache(cacheFolder())),
    pip,
    compiler,
  ];
  return { serves: serves(checks), backend, toSetUp, checks };
}

/** Whether a set-up has all that it needs, as far as can be told without a try. */
function canBeSetUp({ addon, library, published }: Ways, pip: Check, compiler: Check): boolean {
  if (addon) return true;
  const { KD_SWEEP_TENSORFLOW_WHEEL: wheel = "" } = process.env;
  return published && compiler.state === "good" && (library || wheel !== "" || pip.state === "good");
}

function serves(checks: readonly Check[]): boolean {
  return checks.every((check) => check.state !== "bad");
}

function lessGrave(check: Check): Check {
  return check.state === "bad" ? { ...check, state: "warning" } : check;
}

function backendInUse(backend: Backend | null, asked: Backend | null, toSetUp: boolean): Check {
  const name = "backend in use";
  const why = asked === null ? "" : ` (${backendVariable} asks for ${asked})`;
  if (backend === null) {
    const fix = asked === null ? "see above" : `see above, or set ${backendVariable} to auto`;
    return { name, state: "bad", found: `none${why}`, fix };
  }
  if (toSetUp)
    return { name, state: "warning", found: `native, once it is set up${why}`, fix: "kd-sweep setup, or the next run" };
  if (backend === "native" || asked === "portable") return { name, state: "good", found: `${backend}${why}` };
  const fix = "what the lines above say; then `kd-sweep setup`";
  return { name, state: "warning", found: "portable: it trains several times slower than the native one", fix };
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const name = "Node";
  const found = process.versions.node;
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return { name, state: "good", found };
  return { name, state: "bad", found, fix: `install Node ${OLDEST_NODE.join(".")} or newer` };
}

/** The native backend, from its package to two workers at once; `ways` where it has no addon that is taken. */
async function checkNative(): Promise<{ readonly checks: readonly Check[]; readonly ways: Ways | null }> {
  let tfjs: TfjsPackage;
  try {
    tfjs = findTfjsPackage();
  } catch {
    return { checks: [{ name: "tfjs-node", state: "bad", found: "not installed", fix: "npm install" }], ways: null };
  }
  const version: Check = { name: "tfjs-node", state: "good", found: tfjs.version };
  const addon = await checkAddon(tfjs);
  if (addon.state !== "bad") return { checks: [version, addon, ...judgeProbe(await probeTensorFlow())], ways: null };
  const ways = await checkWays(tfjs);
  return { checks: [version, addon, ...ways.checks], ways };
}

/** What a set-up would take the native library from. */
interface Ways {
  /** In the order in which it tries. */
  readonly checks: readonly Check[];
  /** Whether the cache holds the library, and the addon for it, whole. */
  readonly library: boolean;
  readonly addon: boolean;
  /** Whether there is a library for this machine. */
  readonly published: boolean;
}

async function checkWays(tfjs: TfjsPackage): Promise<Ways> {
  const pin = wheelFor();
  const name = "published library";
  if (pin === undefined) {
    const fix = `use kd-sweep on ${wheelTargets.join(", ")}, or the portable backend`;
    const none: Check = { name, state: "bad", found: `none for ${ownTarget}`, fix };
    return { checks: [none], library: false, addon: false, published: false };
  }
  const folder = libraryFolder(cacheFolder(), pin);
  const damaged = await damage(folder);
  const library = damaged === null;
  const addon = library && (await damage(dirname(await addonPath(tfjs, folder)))) === null;
  const cached: Check = library
    ? { name: "cached library", state: "good", found: folder }
    : {
        name: "cached library",
        state: "bad",
        found: existsSync(folder) ? `${damaged} is damaged` : `none in ${cacheFolder()}`,
        fix: "kd-sweep setup, which fetches it through pip",
      };
  const fault = glibcFault(pin, glibcVersion());
  const unwritable = installationFault(tfjs);
  const published: Check =
    fault === null
      ? { name, state: "good", found: `TensorFlow ${pin.version} for ${pin.target}` }
      : { name, state: "bad", found: fault, fix: "a newer distribution, or a container such as node:20-bookworm" };
  if (unwritable === null) return { checks: [cached, published], library, addon, published: fault === null };
  const installed: Check = { name: "installation", state: "bad", found: unwritable, fix: installationCure };
  return { checks: [published, installed], library, addon: false, published: false };
}

function judgePortable(result: ProbeResult): Check {
  const name = "portable backend";
  if (!result.ok) return { name, state: "bad", found: `does not run: ${result.reason}`, fix: "npm install" };
  const { sameBits, stepsPerWorker, milliseconds, tensorflow } = result.probe;
  const trained = `TensorFlow.js ${tensorflow} on WebAssembly, two workers, ${stepsPerWorker} steps each in ${milliseconds} ms`;
  return sameBits
    ? { name, state: "good", found: trained }
    : { name, state: "bad", found: `${trained}, with different bits`, fix: "another version of Node" };
}

async function checkAddon(tfjs: TfjsPackage): Promise<Check> {
  const name = "native addon";
  const fault = await addonFault({ tfjs, cache: cacheFolder(), pin: wheelFor() });
  if (fault === null) {
    const found = realpathSync(tfjs.addon);
    if (isOwn(tfjs)) return { name, state: "good", found };
    return { name, state: "warning", found: `${found}, not kd-sweep's own build`, fix: "kd-sweep setup --force" };
  }
  return {
    name,
    state: "bad",
    found: fault,
    fix: fault.endsWith("damaged") ? "kd-sweep setup --force" : "kd-sweep setup",
  };
}

function judgeProbe(result: ProbeResult): Check[] {
  const fix = "kd-sweep setup --force";
  if (!result.ok) return [{ name: "TensorFlow", state: "bad", found: `does not run: ${result.reason}`, fix }];
  const { tensorflow, sideBySide, sameBits, stepsPerWorker, milliseconds } = result.probe;
  const trained = `two workers, ${stepsPerWorker} steps each in ${milliseconds} ms`;
  return [
    { name: "TensorFlow", state: "good", found: `${tensorflow}, native` },
    sideBySide
      ? { name: "side by side", state: "good", found: `${trained}, at the same time` }
      : { name: "side by side", state: "bad", found: `${trained}, one after the other`, fix },
    sameBits
      ? { name: "same bits", state: "good", found: "both workers ended with the same bits" }
      : { name: "same bits", state: "bad", found: "the workers ended with different bits", fix },
  ];
}

function checkMachine(): Check[] {
  const memory = usableMemory();
  const limited = process.constrainedMemory() === memory ? " (the container's limit)" : "";
  const found = `${gigabytes(memory)} GB${limited}`;
  return [
    { name: "processor", state: "good", found: `${processor()}, ${ownTarget}` },
    { name: "threads", state: "good", found: threads(availableParallelism()) },
    memory < SMALL_MEMORY
      ? { name: "memory", state: "warning", found, fix: "few workers (`--workers 1`) and small images" }
      : { name: "memory", state: "good", found },
  ];
}

/** "1 core: 1 worker of one TensorFlow thread", "2 cores: 2 workers of one TensorFlow thread each". */
function threads(cores: number): string {
  return cores === 1
    ? "1 core: 1 worker of one TensorFlow thread"
    : `${cores} cores: ${cores} workers of one TensorFlow thread each`;
}

/** The cache's folder, and what takes room in it. */
export async function checkCache(cache: string): Promise<readonly Check[]> {
  const names = await readdir(cache).catch((error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error));
  if (typeof names === "string") return [withoutCache(cache, names)];
  const sizes = await Promise.all(names.map((name) => sizeOf(join(cache, name))));
  const { bavail, bsize } = await statfs(cache);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const found = `${cache}, ${gigabytes(total)} GB, ${gigabytes(bavail * bsize)} GB free`;
  const fix = "permission to write there, or another folder in KD_SWEEP_CACHE";
  return [
    isWritable(cache)
      ? { name: "cache", state: "good", found }
      : { name: "cache", state: "warning", found: `${found}, and this user may not write there`, fix },
    ...names
      .map((name, index): [string, number] => [name, sizes[index] ?? 0])
      .filter(([, size]) => size > 0)
      .map(([entry, size]): Check => ({ name: `  ${entry}`, state: "good", found: `${gigabytes(size)} GB` })),
  ];
}

/** @param code why the folder cannot be listed; a folder that is not there is made by the first run */
function withoutCache(cache: string, code: string): Check {
  if (code === "ENOENT") return { name: "cache", state: "good", found: `${cache} (empty)` };
  const words: Readonly<Record<string, string>> = {
    ENOTDIR: "a file is in the folder's place",
    EACCES: "this user may not read it",
    EPERM: "this user may not read it",
  };
  return {
    name: "cache",
    state: "bad",
    found: `${cache}: ${words[code] ?? code}`,
    fix: "another folder in KD_SWEEP_CACHE",
  };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.size;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function checkPip(): Promise<Check> {
  const pip = await findPip();
  if ("missing" in pip) return { name: "pip", state: "warning", found: pip.missing, fix: pip.cure };
  return { name: "pip", state: "good", found: pip.version };
}

async function checkCompiler(): Promise<Check> {
  const found = await findCompiler();
  if ("missing" in found) return { name: "C++ compiler", state: "warning", found: found.missing, fix: found.cure };
  return { name: "C++ compiler", state: "good", found: found.version };
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1);
}
