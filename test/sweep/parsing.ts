import assert from "node:assert/strict";
import { parseSweep } from "../../src/sweep/parse.js";
import type { Sweep } from "../../src/sweep/sweep.js";
import { formatIssue } from "../../src/trial/issue.js";
import { smallRegistries } from "../settings/small-registries.js";

/** Where the sweep files of these tests would stand. */
export const workingFolder = "/home/someone/project";
const options = { registries: smallRegistries, workingFolder };

/** The sweep that a text is, with the small registries. */
export function parsed(text: string, overrides: readonly string[] = [], origin = "sweeps/x.yaml"): Sweep {
  const result = parseSweep(text, origin, overrides, options);
  assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
  return result.value;
}

/** All that is wrong with a text, as it is shown; the file's name is `x.yaml`. */
export function refused(text: string, overrides: readonly string[] = [], origin = "x.yaml"): string[] {
  const result = parseSweep(text, origin, overrides, options);
  assert.ok(!result.ok, "nothing was found wrong");
  return result.issues.map(formatIssue);
}
