import assert from "node:assert/strict";
import fc from "fast-check";
import { cut, orderByContent, orderUnlabelled, split, type Candidate } from "../../src/data/image_folder/split.js";

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

describe("cut", () => {
  const of = (checksums: string): { checksum: string }[] => Array.from(checksums, (checksum) => ({ checksum }));

  it("is where it is asked for, and never parts copies: all come before it, or none where nothing would follow", () => {
    assert.equal(cut(of("0123"), 2), 2);
    assert.equal(cut(of("0123"), 4), 4);
    assert.equal(cut([], 0), 0);
    assert.equal(cut(of("0112223"), 4), 6);
    assert.equal(cut(of("0112222"), 4), 3);
    assert.equal(cut(of("2222"), 2), 0);
  });
});

describe("split", () => {
  const shares = fc.record({
    trainFraction: fc.double({ min: 0.01, max: 0.7, noNaN: true }),
    testFraction: fc.double({ min: 0, max: 0.29, noNaN: true }),
    stratified: fc.boolean(),
  });

  it("cuts ten images of content in order by rounded shares", () => {
    const ten = Array.from("0123456789", (checksum) => ({ label: 0, source: checksum, checksum }));
    const counts = (trainFraction: number, testFraction: number): number[] => {
      const { train, validation, test } = split(ten, { trainFraction, testFraction, stratified: false });
      assert.deepEqual([...train, ...validation, ...test], ten);
      return [train.length, validation.length, test.length];
    };
    assert.deepEqual(counts(0.85, 0), [9, 1, 0]); // 8.5, rounded up
    assert.deepEqual(counts(0.84, 0), [8, 2, 0]);
    assert.deepEqual(counts(0.6, 0.2), [6, 2, 2]);
  });

  it("puts each image into one part, in content's order, and copies into the same one", () => {
    fc.assert(
      fc.property(candidates, shares, (list, asked) => {
        const { kept } = orderByContent(list);
        const { train, validation, test } = split(kept, asked);
        const all = [train, validation, test];
        assert.deepEqual(new Set(all.flat()), new Set(kept));
        assert.equal(all.flat().length, kept.length);
        const places = all.map((part) => part.map((image) => kept.indexOf(image)));
        for (const part of places)
          assert.deepEqual(
            part,
            part.toSorted((a, b) => a - b),
          );
        const parts = all.map((part) => new Set(part.map(({ checksum }) => checksum)));
        assert.equal(new Set(all.flat().map(({ checksum }) => checksum)).size, parts.reduce((n, { size }) => n + size, 0)); // prettier-ignore
      }),
    );
  });

  it("stratified, gives each class the shares of the whole, and each of two images both sides", () => {
    const list = Array.from({ length: 232 }, (_, i): Candidate => {
      const label = i < 200 ? 0 : i < 230 ? 1 : 2;
      return { label, source: String(i), checksum: String((i * 7919) % 1000).padStart(3, "0") };
    });
    const { train, validation, test } = split(orderByContent(list).kept, {
      trainFraction: 0.7,
      testFraction: 0.1,
      stratified: true,
    });
    const counts = [train, validation, test].map((part) =>
      [0, 1, 2].map((wanted) => part.filter(({ label }) => label === wanted).length),
    );
    assert.deepEqual(counts, [[140, 21, 1], [40, 6, 1], [20, 3, 0]]); // prettier-ignore
  });

  it("stratified, trains one of two images also where the share would round to none", () => {
    const list = ["a", "b"].map((checksum): Candidate => ({ label: 0, source: checksum, checksum }));
    const { train, validation } = split(list, { trainFraction: 0.2, testFraction: 0, stratified: true });
    assert.deepEqual([train.length, validation.length], [1, 1]);
  });
});

describe("orderUnlabelled", () => {
  it("keeps one of each content, none that a labelled image has, in content's order", () => {
    const image = (source: string, checksum: string): Candidate => ({ label: -1, source, checksum });
    const labelled = [{ label: 0, source: "roses/a.jpg", checksum: "5" }];
    const { kept, skipped } = orderUnlabelled(
      [image("x", "9"), image("b", "3"), image("a", "3"), image("c", "5")],
      labelled,
    );
    assert.deepEqual(
      kept.map(({ source }) => source),
      ["a", "x"],
    );
    assert.deepEqual(skipped, [
      { source: "b", reason: "the same bytes as a" },
      { source: "c", reason: "the same bytes as roses/a.jpg" },
    ]);
  });
});
