import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { countParameters, parameterTensors } from "../../src/models/network.js";
import { students } from "../../src/models/registry.js";
import { copiedWithoutModel, Models, type Keep } from "../../src/study/models.js";
import type { AttemptRecord, TrialRecord } from "../../src/store/store.js";
import type { FinishedStudent } from "../../src/study/student-model.js";
import type { MetricName } from "../../src/trial/metrics.js";
import { environment, metrics, plan, result, trial } from "../store/samples.js";
import { temporaryFolder } from "../support/temporary.js";

const shallow = students.get("shallow");
const length = countParameters(parameterTensors(shallow.layers(5, shallow.settings.parse({}))));
const trials = [0, 1, 2, 3].map(trial);

function finished(number: number, val_accuracy: number, more: Partial<FinishedStudent> = {}): FinishedStudent {
  const final = metrics(3, { val_accuracy, val_kl: null });
  return {
    trial: trials[number]!,
    result: result({ final, best: metrics(2), classes: 5 }),
    weights: { final: new Float32Array(length).fill(number), best: null },
    classNames: ["a", "b", "c", "d", "e"],
    environment,
    ...more,
  };
}

describe("the models of a study", () => {
  const { path } = temporaryFolder();
  let folder = "";
  let count = 0;
  beforeEach(() => {
    folder = join(path, String(count++));
  });

  function open(keep: Keep, name: MetricName = "val_accuracy", wanted = trials): Models {
    const goal = name === "val_accuracy" ? "maximize" : "minimize";
    return new Models(folder, { name: "sample", metric: { name, goal }, trials: wanted }, keep);
  }

  function keep(models: Models, ...students_: readonly FinishedStudent[]): void {
    for (const student of students_) {
      models.write(student);
      models.settle();
    }
  }

  function kept(): number[] {
    const names = existsSync(join(folder, "models")) ? readdirSync(join(folder, "models")) : [];
    return names.map((name) => trials.findIndex(({ id }) => id === name)).sort();
  }

  it("are the best one's, whatever the order, the first of the plan among equals", () => {
    keep(open("best"), finished(1, 0.5), finished(2, 0.8), finished(3, 0.7), finished(0, 0.8));
    assert.deepEqual(kept(), [0]);
    keep(open("best"), finished(2, 0.8));
    assert.deepEqual(kept(), [0], "an equal one later in the plan takes no place");
  });

  it("stand beside the old best until the new one is settled", () => {
    const models = open("best");
    keep(models, finished(0, 0.5));
    models.write(finished(1, 0.6));
    assert.deepEqual(kept(), [0, 1]);
    models.settle();
    assert.deepEqual(kept(), [1]);
  });

  it("keep right when the study goes on, also after a kill between the two", () => {
    keep(open("best"), finished(0, 0.5));
    open("best").write(finished(1, 0.6));
    mkdirSync(join(folder, "models", `${trials[2]!.id}.new`));
    keep(open("best"), finished(3, 0.55));
    assert.deepEqual(kept(), [1]);
  });

  it("are ranked by the sweep's metric; a trial without it is the last", () => {
    keep(open("best", "val_loss"), finished(0, 0.9));
    const lower = finished(1, 0.1);
    keep(open("best", "val_loss"), { ...lower, result: { ...lower.result, final: metrics(3, { val_loss: 1e-9 }) } });
    assert.deepEqual(kept(), [1]);
    keep(open("best", "val_kl"), finished(2, 0.9));
    assert.deepEqual(kept(), [1]);
  });

  it("leave alone what the plan does not want", () => {
    keep(open("best"), finished(0, 0.99));
    keep(open("best", "val_accuracy", trials.slice(1)), finished(1, 0.5));
    assert.deepEqual(kept(), [0, 1]);
  });

  it("are all, or none", () => {
    keep(open("all"), finished(0, 0.5), finished(1, 0.9), finished(2, 0.1));
    assert.deepEqual(kept(), [0, 1, 2]);
    rmSync(folder, { recursive: true });
    assert.equal(open("none").wanted, false);
    keep(open("none"), finished(0, 0.5));
    assert.deepEqual(kept(), []);
  });

  it("say what they are, and hold the best epoch beside the last where it is another", () => {
    const best = new Float32Array(length).fill(7);
    keep(open("best"), finished(1, 0.5, { weights: { final: new Float32Array(length), best } }));
    const of = join(folder, "models", trials[1]!.id);
    assert.deepEqual(readdirSync(of).sort(), ["best_epoch", "model.json", "weights.bin"]);
    const read = (at: string): { userDefinedMetadata: Record<string, { metrics: { epoch: number } }> } =>
      JSON.parse(readFileSync(join(of, at, "model.json"), "utf8")) as never;
    const { userDefinedMetadata } = read(".");
    assert.deepEqual(userDefinedMetadata.classNames, ["a", "b", "c", "d", "e"]);
    assert.equal(userDefinedMetadata.provenance!.metrics.epoch, 3);
    assert.equal(read("best_epoch").userDefinedMetadata.provenance!.metrics.epoch, 2);
    assert.equal(readFileSync(join(of, "best_epoch", "weights.bin")).readFloatLE(4), 7);
  });

  it("are missed where their trials were copied without them, and `keep` asks for them", () => {
    const copy = (number: number, val_accuracy: number, copiedFrom?: string): TrialRecord => {
      const { result: found, trial: spec } = finished(number, val_accuracy);
      return { spec, result: found, state: "complete", epochs: [], attempts: [{ copiedFrom } as AttemptRecord] };
    };
    const snapshot = { plan: plan([0, 1, 2]), trials: [copy(0, 0.5, "other"), copy(1, 0.9, "other"), copy(2, 0.7)] };
    const missed = (asked: Keep, ...has: readonly number[]): number =>
      copiedWithoutModel(snapshot, asked, new Set(has.map((number) => trials[number]!.id)));
    assert.deepEqual([missed("none"), missed("best"), missed("all")], [0, 1, 2]);
    assert.deepEqual([missed("best", 1), missed("best", 0), missed("all", 1)], [0, 1, 1]);
  });

  it("that cannot be written leave the old ones", () => {
    const models = open("best");
    keep(models, finished(0, 0.5));
    const short = finished(1, 0.9, { weights: { final: new Float32Array(3), best: null } });
    assert.throws(() => {
      models.write(short);
    }, RangeError);
    models.settle();
    assert.deepEqual(kept(), [0]);
  });
});
