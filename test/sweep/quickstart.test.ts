import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseSweep } from "../../src/sweep/parse.js";
import { baselineOf, plan } from "../../src/sweep/plan.js";
import { formatIssue } from "../../src/trial/issue.js";
import { fingerprintsOf } from "../support/fingerprints.js";

// Tests run in the project's root.
const text = readFileSync("sweeps/quickstart.yaml", "utf8");

function quickstart(overrides: readonly string[] = []): ReturnType<typeof plan> {
  const result = parseSweep(text, "sweeps/quickstart.yaml", overrides);
  assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
  const planned = plan(result.value, fingerprintsOf());
  const baseline = baselineOf(result.value, planned);
  assert.ok(baseline.ok && baseline.value !== null);
  return planned;
}

describe("sweep: sweeps/quickstart.yaml", () => {
  it("compares labels alone, soft labels at three temperatures, both weighted, logits, and augmentation", () => {
    const planned = quickstart();
    assert.deepEqual(planned.warnings, []);
    const configurations = [...planned.configurations()];
    const losses = configurations.map(({ settings }) => settings.loss.type);
    assert.deepEqual([...new Set(losses)].sort(), ["hard", "kd", "kd_ce", "mse"]);
    assert.equal(losses.filter((loss) => loss === "kd").length, 3);
    const augmented = configurations.filter(({ settings }) => settings.augmentation.type !== "none");
    assert.deepEqual(
      augmented.map(({ settings }) => settings.loss.type),
      ["kd_ce"],
    );
    assert.equal(planned.size, 3 * configurations.length);
  });

  it("trains one teacher", () => {
    const teachers = [...quickstart()].flatMap(({ settings }) => (settings.teacher === null ? [] : [settings.teacher]));
    assert.equal(new Set(teachers.map((teacher) => JSON.stringify(teacher))).size, 1);
  });

  it("runs on a folder of photos with --set", () => {
    const overrides = ["dataset.name=image_folder", "dataset.path=/photos", "dataset.imageSize=64"];
    assert.equal(quickstart(overrides).size, quickstart().size);
  });
});
