import assert from "node:assert/strict";
import { counted, missingLines, remarks } from "../../src/cli/standing.js";
import type { Standing } from "../../src/study/standing.js";
import type { TrialSpec } from "../../src/trial/spec.js";

const trials = (number: number): TrialSpec[] => Array.from({ length: number }, () => ({}) as TrialSpec);
const now = (more: Partial<Standing>): Standing => ({
  unfinished: [],
  failed: [],
  waiting: [],
  complete: 0,
  unwanted: 0,
  foreign: false,
  added: null,
  ...more,
});

describe("how a plan stands, in words", () => {
  it("counts what is to run, and how much of that one run begins", () => {
    const nine = now({ complete: 2, unfinished: trials(9), copies: new Map([["other", 3]]) });
    assert.equal(counted(nine), "2 complete, 6 to run, 3 to copy from other");
    assert.equal(counted(nine, { maxTrials: 6 }), "2 complete, 6 to run, 3 to copy from other");
    assert.equal(counted(nine, { maxTrials: 5 }), "2 complete, 6 to run (one run begins 5), 3 to copy from other");
    const failed = now({ failed: trials(4) });
    assert.match(
      counted(failed, { retryFailed: true, maxTrials: 1 }),
      /4 failed before and to run now \(one run begins 1\)/,
    );
  });

  it("says one of a thing as one", () => {
    assert.deepEqual(remarks(now({ added: 1, complete: 1, unwanted: 1, failed: trials(1) })), [
      "the sweep or its inputs have changed: 1 of its trials is new, 1 finished one is reused, " +
        "1 finished one no longer wanted (it stays stored)",
      "1 trial failed before; --retry-failed runs it again",
    ]);
    assert.deepEqual(remarks(now({ added: 2, complete: 2, unwanted: 2 })), [
      "the sweep or its inputs have changed: 2 of its trials are new, 2 finished ones are reused, " +
        "2 finished ones no longer wanted (they stay stored)",
    ]);
    assert.match(missingLines(["it"], now({ waiting: trials(1) }))[0] ?? "", /the trial that needs it waits/);
  });
});
