#!/usr/bin/env node
// The command as npm links it. In a checkout it first builds what is missing or out of date, so that
// `npx kd-sweep` works right after `npm ci`; in an installed package there is no src and nothing to build.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "dist", ".tsbuildinfo");

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
  if (!existsSync(stamp)) return true;
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
  const build = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.json")], { stdio: "inherit" });
  if (build.status !== 0) {
    console.error("kd-sweep: the build failed; the messages above say where.");
    process.exit(3);
  }
}

await import(new URL("../dist/src/cli/main.js", import.meta.url));
