import type { ReadableStore } from "../../src/store/store.js";

/** All that a study gives to its readers, as plain JSON; numbers that JSON has not are texts. */
export function plain(store: ReadableStore): unknown {
  const snapshot = store.snapshot();
  const all = {
    ...snapshot,
    states: [...store.states()],
    completeTrials: [...store.allStates()].flatMap(([id, state]) => (state === "complete" ? [id] : [])),
    validationLogits: snapshot.trials.map(({ spec }) => snapshot.validationLogits(spec.id) ?? null),
  };
  const write = (_: string, value: unknown): unknown => {
    if (value instanceof Float32Array) return Array.from(value);
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
      return `number ${String(value)}`;
    return value;
  };
  return JSON.parse(JSON.stringify(all, write));
}
