import { sameValue } from "../settings/canonical.js";
import type { Settings, Value } from "../trial/value.js";
import type { Conditions } from "../trial/comparison.js";

/** A resolved setting by its dotted name; undefined where no chosen component reads it, and for a name of none. */
export function settingOf(settings: Settings, key: string): Value | undefined {
  const dot = key.indexOf(".");
  const block = settings[key.slice(0, dot) as keyof Settings];
  return block?.[key.slice(dot + 1)];
}

/** Whether each setting has one of its values. */
export function fulfils(settings: Settings, conditions: Conditions): boolean {
  return Object.entries(conditions).every(([key, values]) => {
    const value = settingOf(settings, key);
    return value !== undefined && values.some((one) => sameValue(one, value));
  });
}
