import { noModules } from "../losses/module.js";
import { withOwnLosses } from "../settings/own-losses.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import { parseSweep, type ParseOptions } from "../sweep/parse.js";
import type { Sweep } from "../sweep/sweep.js";
import type { Result } from "../trial/issue.js";

/** A sweep with what its settings may be: the project's components, and the losses that its files bring along. */
export interface LoadedSweep {
  readonly sweep: Sweep;
  readonly registries: Registries;
}

/** From here on no loss that a user wrote is loaded, by this process or those that it starts. */
export function forbidModules(): void {
  process.env[noModules] = "1";
}

/**
 * Reads a sweep file as `parseSweep` does, with the losses in it that a user wrote.
 * @throws UserError that names a loss's module where it does not load or is no loss
 */
export async function loadSweep(
  text: string,
  origin: string,
  overrides: readonly string[],
  options: Omit<ParseOptions, "registries" | "onLossModule"> = {},
): Promise<Result<LoadedSweep>> {
  const modules = new Set<string>();
  const onLossModule = (path: string): void => void modules.add(path);
  // Which files those are, a first reading tells; what they bring along decides what is right in the sweep.
  const first = parseSweep(text, origin, overrides, { ...options, onLossModule });
  const registries = modules.size === 0 ? ownRegistries : await withOwnLosses(ownRegistries, modules);
  const parsed = modules.size === 0 ? first : parseSweep(text, origin, overrides, { ...options, registries });
  return parsed.ok ? { ok: true, value: { sweep: parsed.value, registries } } : parsed;
}
