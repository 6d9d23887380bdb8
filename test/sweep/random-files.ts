import fc from "fast-check";
import type { Value } from "../../src/trial/value.js";

type Parameter = { values: Value[]; when?: Record<string, Value[]> };
export type File = { seeds: number } & Record<string, unknown> & {
    parameters: Record<string, Parameter>;
    zip?: Record<string, Value[]>[];
    exclude?: Record<string, Value | Value[]>[];
    trials?: Record<string, Value>[];
  };

/** Values that each setting may take, all valid in combination. */
const pool: Readonly<Record<string, readonly Value[]>> = {
  "loss.type": ["hard", "kd", "both", "mse"],
  "loss.temperature": [1, 4, 5],
  "loss.alpha": [0.1, 0.5, 0.9],
  "loss.beta": [0.1, 0.5],
  "teacher.backbone": ["small", "big"],
  "teacher.seed": [1, 2],
  "teacher.dropout": [0, 0.5],
  "student.type": ["plain", "wide"],
  "student.width": ["auto", 4],
  "optimizer.type": ["adam", "sgd"],
  "optimizer.learningRate": [0.01, 0.1],
  "augmentation.type": ["none", "flip"],
  "training.epochs": [5, 10],
};

/** A random sweep file; conditions may stand in a circle, which the parser refuses. */
export const file: fc.Arbitrary<File> = fc
  .shuffledSubarray(Object.keys(pool), { minLength: 1, maxLength: 7 })
  .chain((keys) =>
    fc.tuple(
      fc.constant(keys),
      fc.tuple(...keys.map((key) => fc.shuffledSubarray([...(pool[key] ?? [])], { minLength: 1 }))),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.subarray(Object.keys(pool), { maxLength: 3 }),
    ),
  )
  .map(([keys, values, conditions, seeds, fixed]) => {
    const parameters: Record<string, Parameter> = {};
    keys.forEach((key, index) => (parameters[key] = { values: values[index] ?? [] }));
    for (const [dependent, on, count] of conditions) {
      const [key = "", other = ""] = [keys[dependent % keys.length], keys[on % keys.length]];
      const parameter = parameters[key];
      const allowed = parameters[other]?.values ?? [];
      if (parameter === undefined || key === other) continue;
      parameter.when = { ...parameter.when, [other]: allowed.slice(0, 1 + (count % allowed.length)) };
    }
    const blocks = fixed.filter((key) => !keys.includes(key)).map((key) => [key, pool[key]?.at(-1)] as const);
    return { seeds, ...Object.fromEntries(blocks), parameters };
  });

/** The same with the last two parameters coupled, configurations left out, and others written out. */
export const rich: fc.Arbitrary<File> = fc
  .tuple(
    file,
    fc.boolean(),
    fc.array(
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(pool)), fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
      {
        maxLength: 3,
      },
    ),
    fc.array(fc.array(fc.tuple(fc.constantFrom(...Object.keys(pool)), fc.nat()), { minLength: 1, maxLength: 3 }), {
      maxLength: 3,
    }),
  )
  .map(([one, zipped, excluded, written]) => {
    const keys = Object.keys(one.parameters);
    const couple = keys.filter((key) => one.parameters[key]?.when === undefined).slice(-2);
    const count = Math.min(...couple.map((key) => one.parameters[key]?.values.length ?? 0));
    const referred = Object.values(one.parameters).flatMap(({ when = {} }) => Object.keys(when));
    // A condition may name a value that only the longer list has.
    const canZip = zipped && couple.length === 2 && !referred.some((key) => couple.includes(key));
    const parameters = Object.fromEntries(
      Object.entries(one.parameters).filter(([key]) => !canZip || !couple.includes(key)),
    );
    const zip = [Object.fromEntries(couple.map((key) => [key, one.parameters[key]?.values.slice(0, count) ?? []]))];
    const some = (key: string, at: number): Value => pool[key]?.[at % pool[key].length] ?? null;
    return {
      ...one,
      parameters,
      ...(canZip && { zip }),
      ...(excluded.length > 0 && {
        exclude: excluded.map((conditions) =>
          Object.fromEntries(
            conditions.map(([key, a, b]) => [key, a % 2 ? some(key, b) : [...new Set([some(key, a), some(key, b)])]]),
          ),
        ),
      }),
      ...(written.length > 0 && {
        trials: written.map((settings) => Object.fromEntries(settings.map(([key, at]) => [key, some(key, at)]))),
      }),
    };
  });
