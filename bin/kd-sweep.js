#!/usr/bin/env node
// The command as npm links it. In a checkout it first builds what is missing or out of date, so that
// `npx kd-sweep` works right after `npm ci`; in an installed package there is no src and nothing to build.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
/** Written when a build has ended well: an interrupted one is done again. */
const stamp = join(dist, ".built");
const main = join(dist, "src", "cli", "main.js");

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // A folder's own time tells of removed files.
    time = Math.max(time, statSync(path).mtimeMs, entry.isDirectory() ? newest(path) : 0);
  }
  return time;
}

function outOfDate() {
  if (!existsSync(join(root, "src"))) return false;
  if (!existsSync(stamp) || !existsSync(main)) return true;
  const sources = ["src", "test", "bench"].map((name) => join(root, name)).filter((path) => existsSync(path));
  return Math.max(statSync(join(root, "tsconfig.json")).mtimeMs, ...sources.map(newest)) > statSync(stamp).mtimeMs;
}

if (outOfDate()) {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  if (!existsSync(compiler)) {
    console.error("kd-sweep: the program is not built and TypeScript is not installed; run `npm ci` in", root);
    process.exit(3);
  }
  console.error("kd-sweep: building the program (once after each change) ...");
  // The compiler writes only what has changed since its own record, which tells nothing of removed files.
  if (!existsSync(main)) rmSync(join(dist, ".tsbuildinfo"), { force: true });
  const startedAt = new Date();
  const build = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.json")], { stdio: "inherit" });
  if (build.signal !== null) process.exit(128 + constants.signals[build.signal]);
  if (build.status !== 0) {
    console.error("kd-sweep: the build failed; the messages above say where.");
    process.exit(3);
  }
  writeFileSync(stamp, "");
  // What was saved while the compiler ran is newer than this, and built next time.
  utimesSync(stamp, startedAt, startedAt);
}

await import(pathToFileURL(main).href);
