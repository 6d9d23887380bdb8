import assert from "node:assert/strict";
import type { Attempt, Store } from "../../src/store/store.js";
import { attemptsConformance } from "./conformance-attempts.js";
import { exactnessConformance } from "./conformance-exactness.js";
import { artifacts, complete, environment, failed, metrics, plan, result, trial } from "./samples.js";

/** A store under test. */
export interface Subject {
  readonly store: Store;
  /** Closes and opens it, where the subject does that between steps; no attempt is running then. */
  step(): void;
}

/** The store of a running test. */
export interface Under {
  store(): Store;
  /** Perhaps another store afterwards, over the same study. */
  step(): void;
}

/** A new attempt with two epochs. */
export function begun(store: Store, environment: number, of: number): Attempt {
  const attempt = store.begin(trial(of).id, environment);
  store.epoch(attempt, metrics(1));
  store.epoch(attempt, metrics(2));
  return attempt;
}

/** What every store must do. @param make an empty store */
export function conformance(name: string, make: () => Subject): void {
  describe(name, () => {
    let subject: Subject;
    let store: Store;

    beforeEach(() => {
      subject = make();
      store = subject.store;
    });

    afterEach(() => {
      subject.store.close();
    });

    function step(): void {
      subject.step();
      store = subject.store;
    }

    const states = (): readonly (readonly [string, string])[] => [...store.states()];

    describe("plans", () => {
      it("gives back the plan as it was, in its order", () => {
        const planned = plan([4, 0, 2, 9]);
        store.plan(planned);
        step();
        assert.deepEqual(store.snapshot().plan, planned);
        assert.deepEqual(
          store
            .snapshot()
            .trials.map(({ spec, state, attempts, epochs, result: found }) => [spec, state, attempts, epochs, found]),
          planned.trials.map((spec) => [spec, "waiting", [], [], null]),
        );
        assert.deepEqual(
          states(),
          planned.trials.map(({ id }) => [id, "waiting"]),
        );
      });

      it("has no snapshot before the first plan", () => {
        assert.throws(() => store.snapshot(), /nothing was planned/);
        assert.deepEqual(states(), []);
      });

      it("keeps states in a new plan, and trials that it no longer wants", () => {
        store.plan(plan([0, 1, 2]));
        const number = store.environment(environment);
        store.finish(begun(store, number, 0), complete());
        store.finish(begun(store, number, 1), failed());
        step();
        store.plan(plan([5, 1, 2], { name: "other", overrides: {}, baseline: null }));
        step();
        assert.deepEqual(states(), [
          [trial(5).id, "waiting"],
          [trial(1).id, "failed"],
          [trial(2).id, "waiting"],
        ]);
        assert.equal(store.snapshot().plan.name, "other");
        assert.equal(store.snapshot().plan.baseline, null);
        assert.deepEqual(
          [...store.allStates()],
          [
            [trial(0).id, "complete"],
            [trial(1).id, "failed"],
            [trial(2).id, "waiting"],
            [trial(5).id, "waiting"],
          ],
        );
        store.plan(plan([0, 1, 2]));
        step();
        assert.deepEqual(states(), [
          [trial(0).id, "complete"],
          [trial(1).id, "failed"],
          [trial(2).id, "waiting"],
        ]);
        assert.deepEqual(store.snapshot().trials[0]?.result?.final, metrics(2));
      });

      it("keeps what a trial waits for, until a plan says otherwise", () => {
        const waiting = plan([0, 1, 2], { waitsFor: { [trial(1).id]: "photos", [trial(2).id]: "weights" } });
        store.plan(waiting);
        step();
        assert.deepEqual(store.snapshot().plan, waiting);
        store.plan(plan([0, 1]));
        step();
        assert.deepEqual(store.snapshot().plan, plan([0, 1]));
      });

      it("takes a trial's settings and parameters from the latest plan", () => {
        store.plan(plan([0]));
        const renamed = { ...trial(0), parameters: { "student.type": "shallow" } };
        store.plan({ ...plan([]), trials: [renamed] });
        step();
        assert.deepEqual(store.snapshot().trials[0]?.spec, renamed);
      });

      it("refuses a trial twice in one plan, and keeps the plan before", () => {
        store.plan(plan([0, 1]));
        assert.throws(() => {
          store.plan(plan([2, 3, 2]));
        }, /twice/);
        step();
        assert.deepEqual(store.snapshot().plan, plan([0, 1]));
      });
    });

    const under: Under = { store: () => store, step };
    attemptsConformance(under);
    exactnessConformance(under);

    describe("artifacts and environments", () => {
      it("keeps what each kind of artifact measured; the same key again replaces it in its place", () => {
        store.plan(plan([0]));
        for (const record of artifacts) store.artifact(record);
        step();
        assert.deepEqual(store.snapshot().artifacts, artifacts);
        const again = artifacts.map((record) => ({ ...record, reused: true, seconds: 7, checksum: "new" }));
        for (const record of again) store.artifact(record);
        const teacher = again[1]!;
        assert.ok(teacher.details.kind === "teacher");
        const longer = { ...teacher, details: { ...teacher.details, epochs: [metrics(1), metrics(2), metrics(3)] } };
        store.artifact(longer);
        step();
        assert.deepEqual(store.snapshot().artifacts, [again[0], longer, again[2], again[3]]);
      });

      it("numbers environments by their place in the snapshot, equal ones once", () => {
        store.plan(plan([0]));
        const other = { ...environment, processor: "Another processor", memoryBytes: 2 ** 40 };
        const numbers = [environment, other, { ...environment }].map((each) => {
          const number = store.environment(each);
          step();
          return number;
        });
        assert.deepEqual(numbers, [0, 1, 0]);
        assert.deepEqual(store.snapshot().environments, [environment, other]);
        const attempt = store.begin(trial(0).id, 1);
        assert.equal(store.snapshot().trials[0]?.attempts[0]?.environment, 1);
        store.finish(attempt, failed());
      });
    });

    it("a snapshot stays as it was while more is written", () => {
      store.plan(plan([0, 1, 2]));
      store.environment(environment);
      const attempts = [0, 1].map((of) => begun(store, 0, of));
      store.finish(attempts[0]!, complete());
      const snapshot = store.snapshot();
      store.epoch(attempts[1]!, metrics(3));
      store.finish(attempts[1]!, complete({ final: metrics(3) }));
      store.begin(trial(2).id, 0);
      store.plan(plan([9]));
      assert.deepEqual(
        snapshot.trials.map(({ state, epochs, attempts: tried, result: found }) => [
          state,
          epochs.length,
          tried.length,
          found?.final.epoch,
        ]),
        [
          ["complete", 2, 1, 2],
          ["running", 2, 1, undefined],
          ["waiting", 0, 0, undefined],
        ],
      );
      assert.equal(snapshot.plan.trials.length, 3);
      assert.deepEqual(snapshot.validationLogits(trial(0).id), result().validationLogits);
      assert.equal(snapshot.validationLogits(trial(1).id), undefined);
    });
  });
}
