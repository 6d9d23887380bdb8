import assert from "node:assert/strict";
import fc from "fast-check";
import { orderByContent, trainCountOf, type Candidate } from "../../src/data/image_folder/split.js";

const candidates = fc
  .array(fc.record({ label: fc.nat({ max: 2 }), checksum: fc.stringMatching(/^[0-9a-f]$/) }), { maxLength: 40 })
  .map((list): Candidate[] => list.map((item, i) => ({ ...item, source: `${item.label}/${i}.jpg` })));

describe("orderByContent", () => {
  it("orders by checksum and leaves out exactly the copies whose labels differ", () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const { kept, skipped } = orderByContent(list);
        const conflicting = (item: Candidate): boolean =>
          list.some((other) => other.checksum === item.checksum && other.label !== item.label);
        assert.deepEqual(
          new Set(kept.map(({ source }) => source)),
          new Set(list.filter((item) => !conflicting(item)).map(({ source }) => source)),
        );
        assert.deepEqual(
          new Set(skipped.map(({ source }) => source)),
          new Set(list.filter(conflicting).map(({ source }) => source)),
        );
        assert.ok(kept.every((item, i) => i === 0 || kept[i - 1]!.checksum <= item.checksum));
      }),
    );
  });

  it("does not depend on the order of the listing", () => {
    fc.assert(
      fc.property(candidates, (list) => {
        assert.deepEqual(orderByContent([...list].reverse()), orderByContent(list));
      }),
    );
  });

  it("names for each conflicting copy one of another label", () => {
    const { skipped } = orderByContent([
      { label: 0, source: "roses/a.jpg", checksum: "1" },
      { label: 1, source: "tulips/a.jpg", checksum: "1" },
    ]);
    assert.deepEqual(skipped, [
      { source: "roses/a.jpg", reason: "the same bytes as tulips/a.jpg, which has another label" },
      { source: "tulips/a.jpg", reason: "the same bytes as roses/a.jpg, which has another label" },
    ]);
  });
});

describe("trainCountOf", () => {
  const of = (checksums: string): { checksum: string }[] => Array.from(checksums, (checksum) => ({ checksum }));

  it("is the rounded share", () => {
    assert.equal(trainCountOf(of("0123456789"), 0.85), 9); // 8.5, rounded up
    assert.equal(trainCountOf(of("0123456789"), 0.84), 8);
    assert.equal(trainCountOf([], 0.85), 0);
  });

  it("never parts copies: those at the cut all train, or none where nothing would validate", () => {
    assert.equal(trainCountOf(of("0112223"), 0.6), 6); // 4.2 would part 2 2 2
    assert.equal(trainCountOf(of("0112222"), 0.6), 3);
    assert.equal(trainCountOf(of("2222"), 0.6), 0);
    assert.equal(trainCountOf(of("0123"), 0.5), 2);
    fc.assert(
      fc.property(candidates, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (list, share) => {
        const { kept } = orderByContent(list);
        const cut = trainCountOf(kept, share);
        const training = new Set(kept.slice(0, cut).map(({ checksum }) => checksum));
        assert.ok(kept.slice(cut).every(({ checksum }) => !training.has(checksum)));
      }),
    );
  });
});
