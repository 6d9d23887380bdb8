import assert from "node:assert/strict";
import { Progress } from "../../src/cli/progress.js";
import type { StudyEvent } from "../../src/study/events.js";
import type { TrialSpec } from "../../src/trial/spec.js";

const trial = {
  id: "0123456789abcdef",
  configuration: "c",
  seed: 1,
  parameters: { "loss.type": "kd", "teacher.weights": "a\u001b[2Jname that is rather long" },
  settings: { training: { epochs: 3, batchSize: 1 } },
} as unknown as TrialSpec;
const metrics = { epoch: 1, val_accuracy: 0.5 };
const began: StudyEvent = { type: "trial-started", slot: 0, trial, attempt: 1 };
const epoch = { type: "trial-epoch", slot: 0, trial, metrics, restored: false } as unknown as StudyEvent;
const outcome = { state: "complete", result: { final: metrics, seconds: 1 } };
const ended = { type: "trial-finished", slot: 0, trial, outcome, retry: false } as unknown as StudyEvent;

/** A stream that looks like a window of a size, and keeps what is written. */
function windowOf(size: { isTTY: boolean; columns?: number; rows?: number }): {
  written: () => string;
  stream: NodeJS.WriteStream & { columns: number };
} {
  let text = "";
  const write = (chunk: string): boolean => {
    text += chunk;
    return true;
  };
  return { written: () => text, stream: { ...size, write } as unknown as NodeJS.WriteStream };
}

function show(stream: NodeJS.WriteStream, events: readonly StudyEvent[], workers = 2): void {
  const progress = new Progress({ stream, usual: {}, total: 8, finished: 2, workers });
  for (const event of events) progress.event(event);
  progress.close();
}

describe("the progress of a run", () => {
  it("shows no control codes of class names, files and reasons", () => {
    const images = {
      kind: "images",
      classNames: ["\u001b[2Jcats", "dogs"],
      classCounts: [{ train: 1, validation: 1 }, { train: 1, validation: 0 }], // prettier-ignore
      trainCount: 2,
      validationCount: 1,
      skipped: [{ source: "dogs/\u202egpj.1", reason: "\u0007" }],
    };
    const artifact = { kind: "images", dataset: { name: "image_folder", imageSize: 16 } };
    const record = { details: images, seconds: 1, reused: false };
    const made = { type: "artifact-finished", slot: 0, artifact, record } as unknown as StudyEvent;
    const { stream, written } = windowOf({ isTTY: false });
    show(stream, [made]);
    assert.match(written(), /cats 1\+1.*\n.*1 left out/);
    assert.ok(!/[\p{Cc}\p{Cf}]/u.test(written().replaceAll("\n", "")), JSON.stringify(written()));
  });

  it("is plain lines without a terminal, of what ends alone, and no control codes, a user's own included", () => {
    const { stream, written } = windowOf({ isTTY: false });
    show(stream, [began, epoch, ended]);
    assert.equal(
      written(),
      "[3/8] kd teacher weights=a [2Jname that is rather long seed 1  val_accuracy 50.0 %  1.0 s\n",
    );
  });

  it("promises no other try of what ends the run", () => {
    const failure = { state: "failed", reason: "worker-exit", message: "the disk is full" };
    const failed = (more: object): StudyEvent =>
      ({
        type: "trial-finished",
        slot: 0,
        trial,
        outcome: { ...failure, ...more },
        retry: true,
      }) as unknown as StudyEvent;
    const { stream, written } = windowOf({ isTTY: false });
    show(stream, [failed({}), failed({ environment: true })]);
    assert.match(
      written(),
      /^.* seed 1 {2}lost, will be tried again: the disk is full\n.* seed 1 {2}the disk is full\n$/,
    );
  });

  for (const columns of [1, 2, 10, 40, 200]) {
    it(`breaks no line of a window of ${columns} columns`, () => {
      const { stream, written } = windowOf({ isTTY: true, columns, rows: 24 });
      show(stream, [began, epoch]);
      // eslint-disable-next-line no-control-regex -- the codes that move the cursor and clear
      const lines = written().split(/\u001b\[\d+[AJ]|\n/);
      assert.ok(
        lines.every((line) => line.length < Math.max(2, columns)),
        JSON.stringify(lines),
      );
    });
  }

  it("draws over its own lines alone, also where the window was made narrower", () => {
    const { stream, written } = windowOf({ isTTY: true, columns: 100, rows: 24 });
    const progress = new Progress({ stream, usual: {}, total: 8, finished: 2, workers: 2 });
    progress.event(epoch);
    const before = written();
    stream.columns = 10;
    progress.event(epoch);
    const drawn = before.split("\n").slice(0, -1);
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 10)), 0);
    assert.ok(written().slice(before.length).startsWith(`\u001b[${rows}A\u001b[0J`));
    progress.close();
  });

  it("draws no more lines than the window has, whatever the number of workers", () => {
    const { stream, written } = windowOf({ isTTY: true, columns: 80, rows: 10 });
    show(stream, [began], 64);
    assert.match(written(), /and 57 more workers/);
    assert.ok(written().split("\n").length - 1 < 10);
  });
});
