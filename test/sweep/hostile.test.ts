import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSweep } from "../../src/sweep/parse.js";
import { refused } from "./parsing.js";

const nesting = "x.yaml:1: expected at most 64 blocks within each other, found more";

describe("sweep: hostile YAML", () => {
  it("refuses an alias bomb before it goes off", () => {
    const rows = ["a: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 11; level++) {
      rows.push(
        `${String.fromCharCode(97 + level)}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(", ")}]`,
      );
    }
    assert.deepEqual(refused(rows.join("\n")), [
      "x.yaml:1: expected at most 50000 values, found more (do aliases repeat each other?)",
    ]);
  });

  it("refuses an anchor that holds itself", () => {
    assert.deepEqual(refused("loss: &a [*a]\n"), [
      "x.yaml:1: expected at most 64 blocks within each other, found more (does an alias hold itself?)",
    ]);
  });

  it("refuses many aliases", () => {
    const text = `a: &a 1\nb: [${Array(101).fill("*a").join(", ")}]`;
    assert.deepEqual(refused(text), ["x.yaml:2: expected at most 100 aliases (*name), found more"]);
  });

  it("does not tell endless errors without end", () => {
    const messages = refused(`seeds: [${Array(1000).fill("0").join(", ")}]`);
    assert.equal(messages.length, 201);
    assert.equal(messages.at(-1), "x.yaml: expected a sweep file, found 800 more errors");
  });

  it("refuses a file beyond all measure", () => {
    const text = `# ${"x".repeat(2 ** 20)}\nseeds: 1\n`;
    assert.deepEqual(refused(text), [`x.yaml:1: expected at most 1048576 characters, found ${text.length}`]);
  });

  // Each of these ends the process in the YAML parser, past any `catch`.
  const deep: readonly [string, string][] = [
    ["brackets", "[".repeat(500_000)],
    ["braces", "{".repeat(500_000)],
    ["braces with keys", "{a: ".repeat(200_000)],
    ["list items on a line", `${"- ".repeat(300_000)}a`],
    ["keys on a line", "? ".repeat(300_000)],
  ];
  for (const [title, text] of deep) {
    it(`refuses endless ${title}`, () => {
      assert.deepEqual(refused(text), [nesting]);
    });
  }

  it("refuses endless indents", () => {
    const text = Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
    const [message = ""] = refused(text);
    assert.match(message, /^x\.yaml:\d+: expected at most 64 blocks within each other, found more$/);
  });

  it("leaves JavaScript's prototypes alone", () => {
    refused(
      "__proto__: { polluted: 1 }\nloss: { __proto__: { polluted: 1 }, constructor: { prototype: { polluted: 1 } } }\n",
    );
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it("gives an answer to any text, and every wrong one a message on one line", () => {
    const piece = fc.constantFrom(
      ...Array.from("[]{}:,-?&*!|>'\"%@`#\n \t"),
      "loss",
      "type",
      "kd",
      "parameters",
      "values",
      "when",
      "seeds",
      "1",
      "-1",
      "\n  ",
      ": ",
      "- ",
      "&a",
      "*a",
      "<<",
      "---\n",
      "__proto__",
      "\u0000",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const result = parseSweep(pieces.join(""), "x.yaml");
        if (result.ok) return;
        assert.ok(result.issues.length > 0);
        for (const { path, expected, found } of result.issues) {
          assert.ok(path.startsWith("x.yaml:"));
          assert.doesNotMatch(expected + found, /\n/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
