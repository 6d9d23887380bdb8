import assert from "node:assert/strict";
import fc from "fast-check";
import { byDistance, didYouMean, editDistance, nearest } from "../../src/settings/nearest.js";

describe("settings: nearest", () => {
  const distances: readonly [string, string, number][] = [
    ["", "", 0],
    ["kd", "", 2],
    ["kitten", "sitting", 3],
    ["temprature", "temperature", 1],
    ["sedes", "seeds", 1],
    ["ab", "ba", 1],
  ];
  for (const [from, to, distance] of distances) {
    it(`${JSON.stringify(from)} is ${distance} from ${JSON.stringify(to)}`, () => {
      assert.equal(editDistance(from, to), distance);
    });
  }

  it("is a symmetric distance that is 0 for the same word alone", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const distance = editDistance(one, other);
        assert.equal(editDistance(other, one), distance);
        assert.equal(distance === 0, one === other);
        assert.ok(distance >= Math.abs(one.length - other.length));
        assert.ok(distance <= Math.max(one.length, other.length));
      }),
    );
  });

  it("finds the name that was meant, and none where nothing is near", () => {
    const known = ["seeds", "name", "loss.temperature", "loss.type"];
    assert.equal(nearest("seed", known), "seeds");
    assert.equal(nearest("Name", known), "name");
    assert.equal(nearest("temperatur", known), "loss.temperature");
    assert.equal(nearest("quux", known), undefined);
    assert.equal(didYouMean("losstype", known), "did you mean loss.type?");
    assert.equal(didYouMean("quux", known), undefined);
    assert.equal(nearest("x", []), undefined);
  });

  it("keeps the order of equally near names", () => {
    assert.deepEqual(byDistance("kd", ["aa", "kd", "bb"]), ["kd", "aa", "bb"]);
  });
});
