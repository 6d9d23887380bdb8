import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Interruption } from "../../src/cli/interruption.js";

describe("an interruption", () => {
  const exit = process.exit.bind(process);
  let ended: unknown[] = [];
  let said: string[] = [];
  beforeEach(() => {
    ended = [];
    said = [];
    process.exit = ((code: unknown) => ended.push(code)) as never;
  });
  afterEach(() => {
    process.exit = exit;
  });

  it("counts a Ctrl-C once that comes from the terminal and from npm, and ends at once at the next", async () => {
    const interruption = new Interruption((line) => said.push(line));
    try {
      process.emit("SIGINT", "SIGINT");
      process.emit("SIGINT", "SIGINT");
      assert.deepEqual([ended, interruption.exitCode, interruption.signal.aborted], [[], 130, true]);
      assert.equal(said.length, 1);
      assert.match(said[0] ?? "", /goes on from there \(again: end at once\)$/);
      await sleep(400);
      process.emit("SIGINT", "SIGINT");
      assert.deepEqual(ended, [130]);
    } finally {
      interruption.close();
    }
  });

  it("ends at once at another signal", () => {
    const interruption = new Interruption((line) => said.push(line), "stopping; nothing is changed");
    try {
      process.emit("SIGINT", "SIGINT");
      process.emit("SIGTERM", "SIGTERM");
      assert.deepEqual(ended, [143]);
      assert.equal(said[0], "stopping; nothing is changed (again: end at once)");
    } finally {
      interruption.close();
    }
  });
});
