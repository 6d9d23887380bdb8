import { didYouMean } from "../settings/nearest.js";
import { sameValue } from "../settings/canonical.js";
import { list, show } from "../settings/wording.js";
import { orderParameters } from "./dependencies.js";
import type { Draft } from "./draft.js";
import type { Findings } from "./findings.js";

/** Checks what the `when` of each parameter names: swept parameters, values they have, no circle. */
export function checkConditions(draft: Draft, findings: Findings): void {
  for (const { when } of draft.swept.values()) {
    for (const [key, { place, path, values }] of when) {
      // What the command line fixes or sweeps otherwise may leave a `when` that always or never holds.
      if (draft.overridden.has(key)) continue;
      const referent = draft.swept.get(key);
      if (referent === undefined) {
        const fixed = draft.fixed.has(key) ? "one that is fixed" : "one that is not swept";
        const hint = didYouMean(key, [...draft.swept.keys()]);
        findings.add(place, path, `a parameter that this sweep varies`, fixed, hint);
        continue;
      }
      for (const { value, place: valuePlace, path: valuePath } of values) {
        if (referent.values.some((swept) => sameValue(swept.value, value))) continue;
        const swept = referent.values.map((one) => (typeof one.value === "string" ? one.value : show(one.value)));
        findings.add(valuePlace, valuePath, `a value that ${key} takes here (${list(swept)})`, show(value));
      }
    }
  }
  const parameters = [...draft.swept].map(([key, { known, when }]) => ({
    key,
    group: known.group,
    when: [...when.keys()],
  }));
  const ordered = orderParameters(parameters);
  if (!("circle" in ordered)) return;
  const [first = ""] = ordered.circle;
  const parameter = draft.swept.get(first);
  if (parameter === undefined) return;
  const circle = ordered.circle.join(" -> ");
  const hint = "a parameter's component, and for the teacher the loss, decide too whether it applies";
  findings.add(parameter.place, `${parameter.path}.when`, "conditions without a circle", circle, hint);
}
