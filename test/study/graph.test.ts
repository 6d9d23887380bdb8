import assert from "node:assert/strict";
import { WorkGraph, type Node } from "../../src/study/graph.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { plan } from "../../src/sweep/plan.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { fingerprintsOf } from "../support/fingerprints.js";

function trialsOf(text: string): TrialSpec[] {
  const sweep = parseSweep(text, "test.yaml");
  assert.ok(sweep.ok);
  return [...plan(sweep.value, fingerprintsOf())];
}

const trials = trialsOf(`
seeds: 2
parameters:
  loss.type: { values: [hard, kd] }
  augmentation.type: { values: [none, flip_crop], when: { loss.type: kd } }
`);

function graphOf(of: readonly TrialSpec[]): WorkGraph {
  return new WorkGraph(of, fingerprintsOf());
}

function kindOf(node: Node | undefined): string | undefined {
  if (node?.kind !== "artifact") return node?.kind;
  return node.artifact.kind === "logits" && node.artifact.views !== null ? "views" : node.artifact.kind;
}

/** Takes and finishes one piece after the other. */
function drain(graph: WorkGraph): Node[] {
  const order: Node[] = [];
  for (let node = graph.take(); node !== undefined; node = graph.take()) {
    order.push(node);
    graph.finish(node);
  }
  return order;
}

describe("the graph of a study's work", () => {
  it("makes every artifact once and every trial after what it needs", () => {
    const order = drain(graphOf(trials));
    assert.equal(new Set(order.map((node) => node.key)).size, order.length);
    const kinds = order.map(kindOf);
    // Images, teacher, logits and one set of views a seed; hard and kd, plain and augmented, with two seeds.
    assert.equal(kinds.filter((kind) => kind === "views").length, 2);
    assert.equal(kinds.filter((kind) => kind === "trial").length, trials.length);
    assert.equal(order.length, 3 + 2 + trials.length);
    const place = new Map(order.map((node, index) => [node.key, index]));
    for (const node of order) for (const key of node.after) assert.ok(place.get(key)! < place.get(node.key)!);
  });

  it("keeps the trials in the plan's order", () => {
    const order = drain(graphOf(trials)).flatMap((node) => (node.kind === "trial" ? [node.trial.id] : []));
    assert.deepEqual(
      order,
      trials.map((trial) => trial.id),
    );
  });

  it("trains what the plan has first before it makes what only later trials need", () => {
    const late = trialsOf("seeds: 1\nparameters: { teacher.backbone: { values: [convnet_s, convnet_m] } }");
    const kinds = drain(graphOf(late)).map((node) =>
      node.kind === "trial" ? node.trial.settings.teacher?.backbone : kindOf(node),
    );
    assert.deepEqual(kinds, ["images", "teacher", "logits", "convnet_s", "teacher", "logits", "convnet_m"]);
  });

  it("lets what is ready run while a teacher is in the making", () => {
    const graph = graphOf(trials);
    const images = graph.take();
    assert.equal(kindOf(images), "images");
    assert.equal(graph.take(), undefined);
    graph.finish(images!);
    const hard = (node: Node | undefined): boolean =>
      node?.kind === "trial" && node.trial.settings.loss.type === "hard";
    assert.ok(hard(graph.take()));
    assert.equal(kindOf(graph.take()), "teacher");
    assert.ok(hard(graph.take()));
  });

  it("gives lost work out again, and names the trials that a failed artifact blocks", () => {
    const graph = graphOf(trials);
    const images = graph.take()!;
    graph.putBack(images);
    assert.equal(graph.take()?.key, images.key);
    graph.finish(images);
    // The teacher fails: it is neither finished nor put back.
    const others: Node[] = [];
    for (let node = graph.take(); node !== undefined; node = graph.take()) {
      others.push(node);
      if (kindOf(node) !== "teacher") graph.finish(node);
    }
    const order = others.filter((node) => kindOf(node) !== "teacher");
    assert.equal(order.length, others.length - 1);
    assert.ok(order.every((node) => node.kind === "trial" && node.trial.settings.loss.type === "hard"));
    assert.deepEqual(
      new Set(graph.blocked().map((trial) => trial.id)),
      new Set(trials.filter((trial) => trial.settings.loss.type === "kd").map((trial) => trial.id)),
    );
  });
});
