import type { FetchOptions } from "../data/dataset.js";
import type { StoredPlan } from "../store/store.js";
import { baselineOf, datasetsOf, plainTrial, plan, teachersOf } from "../sweep/plan.js";
import { wholeText } from "../sweep/sweep.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError } from "../trial/issue.js";
import type { TrialId } from "../trial/spec.js";
import { fetchInputs } from "./fetch.js";
import { readInputs } from "./fingerprints.js";
import type { LoadedSweep } from "./sweep-file.js";

/** A sweep expanded into trials, with what its files hold. */
export interface PlannedStudy {
  readonly plan: StoredPlan;
  readonly warnings: readonly string[];
  readonly fingerprints: Fingerprints;
  /** Inputs that are not there, a line for each; the trials that need them are in `plan.waitsFor`. */
  readonly missing: readonly string[];
}

/**
 * @param fetch downloads first what is absent and can be had; without it nothing is downloaded
 * @throws UserError for a baseline that fits no or several configurations
 */
export async function planStudy(
  { sweep, registries }: LoadedSweep,
  cacheFolder: string,
  fetch?: FetchOptions,
): Promise<PlannedStudy> {
  const sets = [...datasetsOf(sweep, registries)];
  const teachers = [...teachersOf(sweep, registries)];
  const failed = fetch === undefined ? undefined : await fetchInputs(sets, teachers, cacheFolder, fetch);
  const { fingerprints, missing } = await readInputs(sets, teachers, cacheFolder, failed);
  const planned = plan(sweep, fingerprints, registries);
  const baseline = baselineOf(sweep, planned);
  if (!baseline.ok) throw new UserError(`${sweep.origin} cannot run as it is; nothing was run`, 1, baseline.issues);
  const trials = Array.from(planned, plainTrial);
  const comparisons = planned.comparisons();
  const waitsFor: Record<TrialId, string> = {};
  if (missing.all.length > 0) {
    for (const { id, settings } of trials) {
      const lacking = missing.of(settings);
      if (lacking.length > 0) waitsFor[id] = lacking.join("\n");
    }
  }
  return {
    plan: {
      name: sweep.name,
      sweepText: wholeText(sweep),
      overrides: sweep.overrides,
      metric: sweep.metric,
      parameters: planned.parameters,
      baseline: baseline.value,
      trials,
      ...(comparisons.length > 0 && { comparisons }),
      ...(Object.keys(waitsFor).length > 0 && { waitsFor }),
    },
    warnings: planned.warnings,
    fingerprints,
    missing: missing.all,
  };
}
