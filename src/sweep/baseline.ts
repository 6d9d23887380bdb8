import { sameValue } from "../settings/canonical.js";
import { list, show } from "../settings/wording.js";
import type { Result } from "../trial/issue.js";
import type { ConfigurationId } from "../trial/spec.js";
import type { Configuration, Plan } from "./plan.js";
import { settingOf } from "./setting.js";
import type { Sweep } from "./sweep.js";

/**
 * The configuration that a sweep's `baseline` names: the one whose settings are all that it says. Looks at the baselines of
 * included sweeps too.
 * @returns null without a baseline; an issue naming the matches where there is not exactly one
 */
export function baselineOf(sweep: Sweep, plan: Plan): Result<ConfigurationId | null> {
  const { baseline } = sweep;
  const issues = plan.included.flatMap((one) => {
    const result = baselineOf(one.sweep, one.plan);
    return result.ok ? [] : result.issues;
  });
  if (issues.length > 0) return { ok: false, issues };
  if (baseline === null) return { ok: true, value: null };
  const wanted = Object.entries(baseline);
  const matches: Configuration[] = [];
  for (const configuration of plan.configurations()) {
    if (wanted.every(([key, value]) => sameValue(settingOf(configuration.settings, key), value))) {
      matches.push(configuration);
    }
  }
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return { ok: true, value: match.id };
  const path = `${sweep.origin} baseline`;
  const expected = `exactly one configuration with ${wanted.map(([key, value]) => `${key} ${show(value)}`).join(", ")}`;
  if (match === undefined) return { ok: false, issues: [{ path, expected, found: "none" }] };
  const found = `${matches.length}: ${list(matches.map(describe), 4)}`;
  return { ok: false, issues: [{ path, expected, found, hint: "say more of what it is to be" }] };
}

function describe({ parameters }: Configuration): string {
  return `{ ${Object.entries(parameters)
    .map(([key, value]) => `${key}: ${show(value)}`)
    .join(", ")} }`;
}
