import assert from "node:assert/strict";
import { firstNamed } from "../../src/report/values.js";

describe("a list in a sentence", () => {
  it("is cut to its first, unless that would leave one alone", () => {
    assert.equal(firstNamed(["a", "b"], 2), "a; b");
    assert.equal(firstNamed(["a", "b", "c"], 2), "a; b; c");
    assert.equal(firstNamed(["a", "b", "c", "d"], 2), "a; b; and 2 more");
  });
});
