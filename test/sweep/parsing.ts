import assert from "node:assert/strict";
import type { FileText } from "../../src/sweep/layers.js";
import { parseSweep, type ParseOptions } from "../../src/sweep/parse.js";
import type { Sweep } from "../../src/sweep/sweep.js";
import { formatIssue } from "../../src/trial/issue.js";
import { smallRegistries } from "../settings/small-registries.js";

/** Where the sweep files of these tests would stand. */
export const workingFolder = "/home/someone/project";
const options = { registries: smallRegistries, workingFolder };

/** Other sweep files, by their path from the working folder. */
export type Files = Readonly<Record<string, string>>;

function reading(files: Files): ParseOptions {
  const read = (path: string): FileText => {
    const text = files[path];
    return text === undefined ? { problem: "no such file" } : { text };
  };
  return { ...options, read };
}

/** The sweep that a text is, with the small registries. */
export function parsed(
  text: string,
  overrides: readonly string[] = [],
  origin = "sweeps/x.yaml",
  files: Files = {},
): Sweep {
  const result = parseSweep(text, origin, overrides, reading(files));
  assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
  return result.value;
}

/** All that is wrong with a text, as it is shown; the file's name is `x.yaml`. */
export function refused(
  text: string,
  overrides: readonly string[] = [],
  origin = "x.yaml",
  files: Files = {},
): string[] {
  const result = parseSweep(text, origin, overrides, reading(files));
  assert.ok(!result.ok, "nothing was found wrong");
  return result.issues.map(formatIssue);
}
