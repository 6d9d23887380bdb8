// The checkout on each release line of Node that it is for, which npm brings along:   npm run test:nodes
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository, smallRun, step } from "./steps.js";

const lines = process.argv.length > 2 ? process.argv.slice(2) : ["20", "22", "24"];
const platform = `${process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), "kd-sweep-nodes-"));

function tryNode(line: string): void {
  const home = join(folder, line);
  mkdirSync(home);
  const from = `node-${platform}@${line}`;
  step(`npm install ${from}`, "npm", ["install", "--prefix", home, "--ignore-scripts", "--no-audit", "--no-fund", from]); // prettier-ignore
  const node = join(home, "node_modules", `node-${platform}`, "bin", "node");
  const version = step("node --version", node, ["--version"]).trim();
  assert.ok(version.startsWith(`v${line}.`), `expected Node ${line}, found ${version}`);
  const program = join(repository, "bin", "kd-sweep.js");
  const kdSweep = (...args: string[]): string => step(`  ${version} ${args[0] ?? ""}`, node, [program, ...args]);
  kdSweep("setup");
  assert.match(kdSweep("doctor"), /kd-sweep can train here\./);
  const results = join(home, "results");
  const run = ["run", join(repository, "sweeps", "quickstart.yaml"), ...smallRun, "--results"];
  kdSweep(...run, results);
  // In a folder of its own: it would copy the native trials.
  kdSweep(...run, join(home, "portable"), "--backend", "portable");
  rmSync(join(results, "quickstart", "report.html"));
  kdSweep("report", join(results, "quickstart"));
  assert.ok(existsSync(join(results, "quickstart", "report.html")));
}

try {
  for (const line of lines) tryNode(line);
} catch (error) {
  const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
  console.error(
    `${stdout}${stderr}\nkd-sweep on other Nodes: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
