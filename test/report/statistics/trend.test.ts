import assert from "node:assert/strict";
import { commonSlope } from "../../../src/report/statistics/trend.js";

/** Anscombe's first data set, Graphs in statistical analysis, The American Statistician 27 (1973). */
const anscombe = [
  [10, 8.04],
  [8, 6.95],
  [13, 7.58],
  [9, 8.81],
  [11, 8.33],
  [14, 9.96],
  [6, 7.24],
  [4, 4.26],
  [12, 10.84],
  [7, 4.82],
  [5, 5.68],
].map(([x, y]) => ({ x: x!, y: y! }));

function close(actual: number | undefined, expected: number, within = 1e-7): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
}

describe("a common slope", () => {
  it("of one series has the interval of R's confint(lm(y1 ~ x1, anscombe))", () => {
    const found = commonSlope([anscombe]);
    close(found?.slope, 0.5000909);
    close(found?.interval.low, 0.2333701);
    close(found?.interval.high, 0.7668117);
  });

  it("of several series does not see their levels, and is surer", () => {
    const raised = anscombe.map(({ x, y }) => ({ x, y: y + 50 }));
    const [one, two] = [commonSlope([anscombe])!, commonSlope([anscombe, raised])!];
    close(two.slope, one.slope, 1e-12);
    // 19 degrees of freedom for twice the points: t 2.0930 for 2.2622, residuals over 19 for 9
    const half = (2.0930241 / 2.2621572) * Math.sqrt(9 / 19) * (one.interval.high - one.slope);
    close(two.interval.high - two.slope, half);
  });

  it("is none where no freedom is left", () => {
    assert.equal(commonSlope([]), null);
    assert.equal(commonSlope([anscombe.slice(0, 2)]), null);
    assert.equal(commonSlope([anscombe.slice(0, 1), anscombe.slice(1, 2), anscombe.slice(2, 3)]), null);
  });
});
