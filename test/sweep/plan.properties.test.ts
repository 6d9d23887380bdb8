import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { identify } from "../../src/settings/identity.js";
import { resolve } from "../../src/settings/resolve.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { plainTrial, plan, type Plan } from "../../src/sweep/plan.js";
import type { Sweep } from "../../src/sweep/sweep.js";
import { formatIssue } from "../../src/trial/issue.js";
import type { Settings, Value } from "../../src/trial/value.js";
import { file, rich, type File } from "./random-files.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { smallRegistries } from "../settings/small-registries.js";

function parse(one: File): Sweep | undefined {
  const result = parseSweep(stringify(one), "x.yaml", [], { registries: smallRegistries });
  if (result.ok) return result.value;
  // The only thing wrong with these files may be a circle, or that nothing is left.
  const allowed = ["conditions without a circle", "conditions that leave trials"];
  assert.ok(
    result.issues.every(({ expected }) => allowed.includes(expected)),
    `${JSON.stringify(one)}\n${result.issues.map(formatIssue).join("\n")}`,
  );
  return undefined;
}

const planOf = (sweep: Sweep): Plan => plan(sweep, fingerprintsOf(), smallRegistries);

/** Every combination of all values, one after the other, as the words of the documentation say it. */
function reference(sweep: Sweep): { readonly ids: ReadonlySet<string>; readonly shown: ReadonlySet<string> } {
  let combinations: Record<string, Value>[] = [{}];
  for (const { key, values } of sweep.parameters) {
    combinations = combinations.flatMap((given) => values.map((value) => ({ ...given, [key]: value })));
  }
  const ids = new Set<string>();
  const shown = new Set<string>();
  const add = (settings: Settings): void => {
    for (const seed of sweep.seeds) ids.add(identify(settings, seed, fingerprintsOf(), smallRegistries).id);
  };
  for (const combination of sweep.parameters.length > 0 || sweep.trials.length === 0 ? combinations : []) {
    const applying = sweep.parameters.filter(({ key }) => applies(key, combination, sweep));
    const places = (keys: readonly string[]): number[] =>
      applying
        .filter(({ key }) => keys.includes(key))
        .map(({ key, values }) => values.indexOf(combination[key] ?? null));
    if (sweep.zip.some((keys) => new Set(places(keys)).size > 1)) continue;
    const parameters = Object.fromEntries(applying.map(({ key }) => [key, combination[key] ?? null]));
    const settings = settingsOf({ ...sweep.fixed, ...parameters });
    if (sweep.exclude.some((conditions) => isMatch(settings, conditions))) continue;
    add(settings);
    shown.add(JSON.stringify(parameters));
  }
  for (const trial of sweep.trials) add(settingsOf({ ...sweep.fixed, ...trial }));
  return { ids, shown };
}

function settingsOf(flat: Record<string, Value>): Settings {
  const result = resolve(flat, smallRegistries);
  assert.ok(result.ok);
  return result.value.settings;
}

function isMatch(settings: Settings, conditions: Record<string, readonly Value[]>): boolean {
  return Object.entries(conditions).every(([key, values]) => {
    const [group = "", name = ""] = key.split(".");
    const block = settings[group as keyof Settings];
    return block !== null && name in block && values.includes(block[name] ?? null);
  });
}

/** Whether a parameter applies: its conditions hold, its component reads it, and a teacher's has a teacher. */
function applies(key: string, combination: Record<string, Value>, sweep: Sweep): boolean {
  const parameter = sweep.parameters.find((one) => one.key === key);
  if (parameter === undefined) return false;
  const chosen = (selector: string, byDefault: string): Value =>
    applies(selector, combination, sweep) ? (combination[selector] ?? null) : (sweep.fixed[selector] ?? byDefault);
  for (const [other, allowed] of Object.entries(parameter.when)) {
    if (!applies(other, combination, sweep) || !allowed.includes(combination[other] ?? null)) return false;
  }
  const loss = (): Value => chosen("loss.type", "kd");
  switch (key) {
    case "loss.temperature":
      return loss() === "kd" || loss() === "both";
    case "loss.alpha":
    case "loss.beta":
      return loss() === "both";
    case "teacher.backbone":
    case "teacher.seed":
      return loss() !== "hard";
    case "teacher.dropout":
      return loss() !== "hard" && chosen("teacher.backbone", "small") === "small";
    case "student.width":
      return chosen("student.type", "plain") === "wide";
    default:
      return true;
  }
}

describe("sweep: random sweep files", () => {
  it("plan as many trials as a naive reference finds, the same ones, none twice", () => {
    fc.assert(
      fc.property(rich, (one) => {
        const sweep = parse(one);
        fc.pre(sweep !== undefined);
        const planned = planOf(sweep);
        const trials = [...planned];
        const { ids, shown } = reference(sweep);
        assert.equal(planned.size, ids.size);
        assert.equal(trials.length, ids.size);
        assert.deepEqual(new Set(trials.map(({ id }) => id)), ids);
        if (sweep.trials.length > 0) return;
        for (const { parameters } of trials) assert.ok(shown.has(JSON.stringify(parameters)));
      }),
      { numRuns: 200 },
    );
  });

  it("give each trial the identity of its settings, and settings that its parameters say", () => {
    fc.assert(
      fc.property(rich, (one) => {
        const sweep = parse(one);
        fc.pre(sweep !== undefined);
        for (const { id, configuration, settings, seed, parameters } of planOf(sweep)) {
          assert.deepEqual({ id, configuration }, identify(settings, seed, fingerprintsOf(), smallRegistries));
          assert.deepEqual(settings, settingsOf({ ...sweep.fixed, ...parameters }));
        }
      }),
    );
  });

  it("honour every `when`", () => {
    fc.assert(
      fc.property(file, (one) => {
        const sweep = parse(one);
        fc.pre(sweep !== undefined);
        for (const { parameters } of planOf(sweep)) {
          for (const { key, when } of sweep.parameters) {
            if (!(key in parameters)) continue;
            for (const [other, allowed] of Object.entries(when)) {
              assert.ok(other in parameters && allowed.includes(parameters[other] ?? null));
            }
          }
        }
      }),
    );
  });

  it("honour every `exclude` in all but written trials", () => {
    fc.assert(
      fc.property(rich, (one) => {
        const sweep = parse(one);
        fc.pre(sweep !== undefined);
        const written = new Set(sweep.trials.map((trial) => JSON.stringify(settingsOf({ ...sweep.fixed, ...trial }))));
        for (const { settings } of planOf(sweep)) {
          if (written.has(JSON.stringify(settings))) continue;
          for (const conditions of sweep.exclude) assert.ok(!isMatch(settings, conditions));
        }
      }),
    );
  });

  it("give the same order each time, seed by seed", () => {
    fc.assert(
      fc.property(rich, (one) => {
        const sweep = parse(one);
        fc.pre(sweep !== undefined);
        const planned = planOf(sweep);
        const trials = [...planned];
        assert.deepEqual(Array.from(planned, plainTrial), trials.map(plainTrial));
        const perSeed = trials.length / sweep.seeds.length;
        trials.forEach(({ seed, configuration, parameters }, index) => {
          assert.equal(seed, sweep.seeds[Math.floor(index / perSeed)]);
          assert.equal(configuration, trials[index % perSeed]?.configuration);
          assert.deepEqual(parameters, trials[index % perSeed]?.parameters);
        });
      }),
    );
  });

  it("plan the same trials when their keys stand in another order", () => {
    const reordered = rich.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.shuffledSubarray(Object.keys(one), { minLength: Object.keys(one).length }),
        fc.shuffledSubarray(Object.keys(one.parameters), { minLength: Object.keys(one.parameters).length }),
      ),
    );
    fc.assert(
      fc.property(reordered, ([one, keys, parameterKeys]) => {
        const parameters = Object.fromEntries(
          parameterKeys.map((key) => [key, Object.fromEntries(Object.entries(one.parameters[key] ?? {}).reverse())]),
        );
        const other = Object.fromEntries(keys.map((key) => [key, key === "parameters" ? parameters : one[key]]));
        const [sweep, otherSweep] = [parse(one), parse(other as File)];
        fc.pre(sweep !== undefined && otherSweep !== undefined);
        assert.deepEqual(idsOf(otherSweep), idsOf(sweep));
      }),
    );
  });
});

function idsOf(sweep: Sweep): string[] {
  return [...planOf(sweep)].map(({ id }) => id).sort();
}
