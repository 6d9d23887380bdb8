import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { FileText } from "../../src/sweep/layers.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { baselineOf, plan, type Plan } from "../../src/sweep/plan.js";
import { formatIssue } from "../../src/trial/issue.js";
import { fingerprintsOf } from "../support/fingerprints.js";

// Tests run in the project's root.
const files = readdirSync("sweeps").filter((name) => name.endsWith(".yaml"));
const read = (path: string): FileText => ({ text: readFileSync(path, "utf8") });

function planned(name: string, overrides: readonly string[] = []): Plan {
  const result = parseSweep(readFileSync(`sweeps/${name}`, "utf8"), `sweeps/${name}`, overrides, { read });
  assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
  const whole = plan(result.value, fingerprintsOf());
  const baseline = baselineOf(result.value, whole);
  assert.ok(baseline.ok, baseline.ok ? "" : baseline.issues.map(formatIssue).join("\n"));
  return whole;
}

describe("sweep: the shipped sweep files", () => {
  for (const name of files) {
    it(`${name} plans three seeds of each configuration, a student without a teacher among them`, () => {
      const whole = planned(name);
      const losses = [...whole].map(({ settings }) => settings.loss.type);
      assert.ok(losses.includes("hard"));
      assert.equal(whole.size, 3 * [...whole.configurations()].length);
    });

    if (name !== "quickstart.yaml") {
      it(`${name} also runs on the embedded data set`, () => {
        const sets = [...planned(name, ["extends=base/petals.yaml"])].map(({ settings }) => settings.dataset.name);
        assert.deepEqual([...new Set(sets)], ["petals"]);
      });
    }
  }

  it("article.yaml runs what its sweeps share once", () => {
    const parts = files.filter((name) => name !== "article.yaml" && name !== "quickstart.yaml");
    const all = parts.flatMap((name) => [...planned(name)].map(({ id }) => id));
    const once = [...planned("article.yaml")].map(({ id }) => id);
    assert.deepEqual([...once].sort(), [...new Set(all)].sort());
    assert.ok(once.length < all.length);
  });
});
