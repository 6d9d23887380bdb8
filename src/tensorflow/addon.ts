import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import type { TfjsPackage } from "./package.js";
import type { Reporter } from "./progress.js";
import { runProcess } from "./run-process.js";
import { publish, sha256Of, unfinishedFolder } from "./sealed-folder.js";
import { LIBRARIES } from "./wheel.js";

const ADDON = "tfjs_binding.node";

/** A C++ compiler: the program with the parameters that `CXX` gave it. */
export type Compiler = readonly [string, ...string[]];

/** The first C++ compiler that answers; otherwise what is missing, and how to get it. */
export async function findCompiler(): Promise<
  { compiler: Compiler; version: string } | { missing: string; cure: string }
> {
  const named = (process.env.CXX ?? "").split(/\s+/).filter((word) => word !== "");
  const candidates: string[][] = named.length > 0 ? [named] : [["g++"], ["c++"], ["clang++"]];
  for (const [program, ...parameters] of candidates) {
    if (program === undefined) continue;
    const ended = await runProcess(program, [...parameters, "--version"]);
    const version = ended.stdout.split("\n", 1)[0];
    if (ended.code === 0 && version !== undefined) return { compiler: [program, ...parameters], version };
  }
  const cure = "`apt-get install g++`, `dnf install gcc-c++`, or your system's like";
  return named.length > 0
    ? {
        missing: `the C++ compiler \`${named.join(" ")}\`, which CXX names, does not run`,
        cure: `unset CXX, or ${cure}`,
      }
    : { missing: "there is no C++ compiler", cure };
}

// The library is found by its place relative to the addon: the cache may be moved.
const FLAGS = ["-O2", "-std=c++17", "-shared", "-fPIC", "-Wl,-rpath,$ORIGIN/.."];

/**
 * tfjs-node keeps the names of operations' attributes in one set for the whole process, which every worker thread changes
 * without a lock: two that met there walked a broken tree for ever. Each thread gets a set of its own, never freed.
 */
export const sharedNames = {
  declaration: "static std::set<std::string> ATTR_NAME_SET;",
  replacement: "static thread_local std::set<std::string> &ATTR_NAME_SET = *new std::set<std::string>();",
} as const;

/** Where a library's addon is or will be: inside the library's folder, named after what its bytes depend on. */
export async function addonPath(tfjs: TfjsPackage, library: string): Promise<string> {
  const key = createHash("sha256").update(`${FLAGS.join(" ")} ${tfjs.napi} ${sharedNames.replacement}`);
  for (const source of await sources(tfjs)) key.update(await readFile(source));
  return join(library, `addon-${tfjs.version}-${key.digest("hex").slice(0, 12)}`, ADDON);
}

/**
 * Compiles the addon on a published library, tries to load it and publishes it.
 *
 * @returns its path, or what is wrong.
 */
export async function buildAddon(
  tfjs: TfjsPackage,
  library: string,
  compiler: Compiler,
  reporter: Reporter,
): Promise<{ addon: string } | { missing: string }> {
  reporter.log(`compiling the addon of tfjs-node ${tfjs.version} with ${compiler[0]} (about 10 s)`);
  const addon = await addonPath(tfjs, library);
  const staging = await unfinishedFolder(library);
  try {
    const output = join(staging, ADDON);
    const copies = join(staging, "binding");
    await mkdir(copies);
    const [program, ...parameters] = compiler;
    const ended = await runProcess(program, [
      ...[...parameters, ...FLAGS, `-DNAPI_VERSION=${tfjs.napi}`, "-w"],
      ...[`-I${nodeApiHeaders()}`, `-I${join(library, "include")}`, `-I${join(tfjs.folder, "binding")}`],
      ...(await threadSafeSources(tfjs, copies)),
      ...["-o", output, `-L${library}`, ...LIBRARIES.map((name) => `-l:${name}`)],
    ]);
    if (ended.code !== 0) return { missing: explain(ended.stderr, program) };
    await rm(copies, { recursive: true });
    const failure = await loadFailure(output);
    if (failure !== null) return { missing: `the addon that ${program} built does not load: ${failure}` };
    const file = { path: ADDON, bytes: (await stat(output)).size, sha256: await sha256Of(output) };
    await publish(staging, dirname(addon), [file]);
    return { addon };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function sources(tfjs: TfjsPackage): Promise<string[]> {
  const folder = join(tfjs.folder, "binding");
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

/** Copies what is compiled, with `sharedNames` replaced. @returns the copies */
async function threadSafeSources(tfjs: TfjsPackage, folder: string): Promise<string[]> {
  const compiled = (await sources(tfjs)).filter((source) => source.endsWith(".cc"));
  return Promise.all(
    compiled.map(async (source) => {
      const text = await readFile(source, "utf8");
      const copy = join(folder, basename(source));
      await writeFile(copy, text.replace(sharedNames.declaration, sharedNames.replacement));
      return copy;
    }),
  );
}

/** Puts a link to the addon where tfjs-node looks for it, in place of whatever is there; at no time is there nothing. */
export async function linkAddon(tfjs: TfjsPackage, addon: string): Promise<void> {
  const link = `${tfjs.addon}.${process.pid}`;
  await mkdir(dirname(tfjs.addon), { recursive: true });
  await rm(link, { force: true });
  await symlink(addon, link);
  await rename(link, tfjs.addon);
}

function nodeApiHeaders(): string {
  return (createRequire(import.meta.url)("node-api-headers") as { include_dir: string }).include_dir;
}

function explain(stderr: string, compiler: string): string {
  if (stderr.includes("No space left on device")) return "the disk is full";
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return `${compiler} does not compile TensorFlow's addon: ${lines.find((line) => /error/i.test(line)) ?? lines[0] ?? "it said nothing"}`;
}

/** Loads an addon in a process of its own, before anything uses it. */
async function loadFailure(addon: string): Promise<string | null> {
  const program = "process.stdout.write(String(require(process.argv[1]).TF_Version))";
  const ended = await runProcess(process.execPath, ["-e", program, addon]);
  if (ended.code === 0) return null;
  const lines = ended.stderr.split("\n");
  return ended.signal ?? lines.find((line) => line.startsWith("Error: ")) ?? `exit code ${String(ended.code)}`;
}
