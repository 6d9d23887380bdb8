import assert from "node:assert/strict";
import { temporaryFolder } from "../support/temporary.js";
import { chaos } from "./chaos.js";

describe("a study that is killed at random moments", function () {
  this.timeout(300_000);
  const folder = temporaryFolder();

  it("ends as the undisturbed one, nothing lost and nothing run twice", async () => {
    const report = await chaos(folder.path, { kills: 3, seed: 3, log: () => undefined });
    assert.equal(
      Object.values(report.kills).reduce((sum, count) => sum + count),
      3,
    );
  });
});
