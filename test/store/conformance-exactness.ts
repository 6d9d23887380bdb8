import assert from "node:assert/strict";
import fc from "fast-check";
import { metricNames } from "../../src/trial/metrics.js";
import type { Under } from "./conformance.js";
import { complete, environment, failed, metrics, plan, trial } from "./samples.js";

/** What every store must give back as it got it. */
export function exactnessConformance(under: Under): void {
  describe("numbers and texts", () => {
    beforeEach(() => {
      under.store().plan(plan([0, 1]));
      under.store().environment(environment);
    });

    it("keeps every double of a metric, bit for bit", () => {
      // -0 apart: SQLite has none.
      const double = fc
        .oneof(
          fc.double({ noNaN: true }),
          fc.constantFrom(
            5e-324,
            -5e-324,
            2 ** -1022,
            1e-17,
            -1e-17,
            2 ** -52,
            1 - 2 ** -53,
            2 ** 53,
            Infinity,
            -Infinity,
          ),
          fc.integer(),
        )
        .map((value) => value + 0 || 0);
      const names = [...metricNames, "seconds"] as const;
      const written = fc.sample(
        fc
          .tuple(...names.map(() => double))
          .map((values) => Object.fromEntries(names.map((key, i) => [key, values[i]]))),
        { numRuns: 200, seed: 8 },
      );
      const attempt = under.store().begin(trial(0).id, 0);
      for (const [index, values] of written.entries()) under.store().epoch(attempt, metrics(index + 1, values));
      under.store().finish(attempt, failed(), { retry: true });
      under.step();
      const read = under.store().snapshot().trials[0]!.epochs;
      assert.deepEqual(
        read,
        written.map((values, index) => metrics(index + 1, values)),
      );
    });

    it("keeps logits bit for bit, NaN and -0 included", () => {
      const bits = Uint32Array.from(fc.sample(fc.nat(0xffffffff), { numRuns: 600, seed: 9 }));
      bits.set([0x80000000, 0x00000001, 0x7fc00001, 0xff800000]);
      // A part of a larger array, at an odd offset: bytes, not the array behind them, are kept.
      const logits = new Float32Array(bits.buffer, 4, 595);
      under.store().finish(under.store().begin(trial(0).id, 0), complete({ validationLogits: logits, classes: 5 }));
      under.step();
      const read = under.store().snapshot().validationLogits(trial(0).id)!;
      assert.deepEqual(new Uint32Array(read.buffer, read.byteOffset, read.length), bits.subarray(1, 596));
      assert.equal(under.store().snapshot().validationLogits(trial(1).id), undefined);
      assert.equal(under.store().snapshot().validationLogits("0123456789abcdef"), undefined);
    });

    it("keeps texts as they are, NUL characters replaced", () => {
      for (const message of ['it\'s "quoted"; DROP TABLE trials', "日本語 🌻\n\ttwo lines", "", "a\0b"]) {
        under.store().finish(under.store().begin(trial(0).id, 0), failed(message), { retry: true });
        under.step();
        assert.equal(under.store().snapshot().trials[0]?.attempts.at(-1)?.message, message.replace("\0", "\uFFFD"));
      }
    });

    it("keeps seeds and settings of any size", () => {
      const far = {
        ...trial(7),
        seed: Number.MAX_SAFE_INTEGER,
        parameters: { "a.b": "\0 'x'", ["__proto__"]: 1e300, q: 0.1 },
      };
      under.store().plan({ ...plan([]), trials: [far] });
      under.step();
      assert.deepEqual(under.store().snapshot().trials[0]?.spec, far);
    });
  });
}
