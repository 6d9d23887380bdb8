import assert from "node:assert/strict";
import type { TrialResult } from "../../src/trial/outcome.js";
import { begun, type Under } from "./conformance.js";
import { complete, environment, failed, failureLog, finished, metrics, plan, result, trial } from "./samples.js";

/** What every store must do with attempts. */
export function attemptsConformance(under: Under): void {
  describe("attempts", () => {
    let number: number;

    beforeEach(() => {
      under.store().plan(plan([0, 1, 2]));
      number = under.store().environment(environment);
    });

    it("run from begin to finish", () => {
      const before = new Date().toISOString();
      const attempt = begun(under.store(), number, 1);
      assert.deepEqual(attempt, { trial: trial(1).id, number: 1 });
      assert.equal(under.store().states().get(trial(1).id), "running");
      const running = under.store().snapshot().trials[1]!;
      assert.deepEqual([running.state, running.epochs, running.result], ["running", [metrics(1), metrics(2)], null]);
      assert.deepEqual([running.attempts[0]?.state, running.attempts[0]?.endedAt], ["running", null]);
      under.store().finish(attempt, complete());
      under.step();
      const record = under.store().snapshot().trials[1]!;
      const kept: Partial<TrialResult> = result();
      delete (kept as { validationLogits?: unknown }).validationLogits;
      assert.deepEqual([record.state, record.epochs, record.result], ["complete", [metrics(1), metrics(2)], kept]);
      const { startedAt, endedAt, ...rest } = record.attempts[0]!;
      assert.deepEqual(rest, {
        ...attempt,
        state: "complete",
        reason: null,
        message: null,
        environment: number,
      });
      assert.ok(before <= startedAt && startedAt <= endedAt! && endedAt! <= new Date().toISOString());
    });

    it("are copied from another study, whole, of a trial that waits or has failed", () => {
      under.store().finish(begun(under.store(), number, 2), failed());
      for (const of of [1, 2]) under.store().adopt(finished(of));
      under.step();
      for (const of of [1, 2]) {
        const { attempts, epochs, result: found, state } = under.store().snapshot().trials[of]!;
        const kept: Partial<TrialResult> = result();
        delete (kept as { validationLogits?: unknown }).validationLogits;
        assert.deepEqual([state, epochs, found], ["complete", [metrics(1), metrics(2)], kept]);
        const { copiedFrom, startedAt, endedAt, environment: of_ } = attempts.at(-1)!;
        const { startedAt: begin, endedAt: end, environment: where } = finished(of);
        assert.deepEqual([copiedFrom, startedAt, endedAt], ["other", begin, end]);
        assert.deepEqual(under.store().snapshot().environments[of_], where);
        assert.deepEqual(under.store().snapshot().validationLogits(trial(of).id), result().validationLogits);
      }
      assert.throws(() => {
        under.store().adopt(finished(1));
      }, /cannot begin: it is complete/);
      begun(under.store(), number, 0);
      assert.throws(() => {
        under.store().adopt(finished(0));
      }, /cannot begin: it is running/);
    });

    it("fail with their reason; their trial fails, or waits where it is to be tried again", () => {
      under.store().finish(begun(under.store(), number, 0), failed("first"), { retry: true });
      under.step();
      assert.equal(under.store().states().get(trial(0).id), "waiting");
      const second = under.store().begin(trial(0).id, number);
      assert.equal(second.number, 2);
      under.store().epoch(second, metrics(1, { train_loss: 42 }));
      under.store().finish(second, failed("second"), { retry: false });
      under.step();
      const record = under.store().snapshot().trials[0]!;
      assert.equal(record.state, "failed");
      assert.deepEqual(
        record.attempts.map(({ number: of, state, reason, message }) => [of, state, reason, message]),
        [
          [1, "failed", "out-of-memory", "first"],
          [2, "failed", "out-of-memory", "second"],
        ],
      );
      assert.deepEqual(new Set(record.attempts.map(({ log }) => log)), new Set([failureLog]));
      assert.deepEqual(record.epochs, [metrics(1, { train_loss: 42 })], "the epochs of the latest attempt alone");
      assert.equal(record.result, null);
      const third = begun(under.store(), number, 0);
      assert.equal(third.number, 3, "a failed trial may be tried again");
      under.store().finish(third, complete());
      under.step();
      assert.deepEqual(
        [under.store().snapshot().trials[0]?.state, under.store().snapshot().trials[0]?.epochs.length],
        ["complete", 2],
      );
    });

    it("never begin on a trial that is complete, running or unknown", () => {
      const attempt = begun(under.store(), number, 0);
      assert.throws(() => under.store().begin(trial(0).id, number), /cannot begin: it is running/);
      under.store().finish(attempt, complete());
      under.step();
      assert.throws(() => under.store().begin(trial(0).id, number), /cannot begin: it is complete/);
      assert.throws(() => under.store().begin("0123456789abcdef", number), /cannot begin: it is not in this study/);
      assert.equal(under.store().snapshot().trials[0]?.attempts.length, 1);
    });

    it("end once; what comes later is refused", () => {
      const attempt = begun(under.store(), number, 0);
      under.store().finish(attempt, failed(), { retry: true });
      assert.throws(() => {
        under.store().epoch(attempt, metrics(3));
      }, /not running/);
      assert.throws(() => {
        under.store().finish(attempt, complete());
      }, /not running/);
      const next = under.store().begin(trial(0).id, number);
      assert.throws(() => {
        under.store().epoch(attempt, metrics(3));
      }, /not running/);
      under.store().finish(next, complete());
      under.step();
      assert.equal(under.store().snapshot().trials[0]?.state, "complete");
    });

    it("have each epoch once", () => {
      const attempt = begun(under.store(), number, 0);
      assert.throws(() => {
        under.store().epoch(attempt, metrics(2));
      });
      assert.throws(() => {
        under.store().epoch(attempt, metrics(0));
      });
      under.store().finish(attempt, failed(), { retry: false });
      under.step();
      assert.deepEqual(under.store().snapshot().trials[0]?.epochs, [metrics(1), metrics(2)]);
    });

    it("keep a result whole or not at all", () => {
      const attempt = begun(under.store(), number, 0);
      for (const broken of [
        result({ validationLogits: new Float32Array(4) }),
        result({ final: metrics(2, { val_loss: NaN }) }),
        result({ final: metrics(2, { val_kl: NaN }) }),
        result({ classes: 0 }),
      ]) {
        assert.throws(() => {
          under.store().finish(attempt, { state: "complete", result: broken });
        });
      }
      assert.equal(under.store().snapshot().trials[0]?.state, "running");
      assert.equal(under.store().snapshot().trials[0]?.result, null);
      under.store().finish(attempt, complete());
      under.step();
      assert.deepEqual(under.store().snapshot().trials[0]?.result?.final, metrics(2));
    });

    it("keep the result's own epochs where they were not written before", () => {
      under.store().finish(under.store().begin(trial(0).id, number), complete());
      under.step();
      assert.deepEqual(under.store().snapshot().trials[0]?.epochs, [metrics(1), metrics(2)]);
      assert.deepEqual(under.store().snapshot().trials[0]?.result?.best, metrics(1));
    });
  });
}
