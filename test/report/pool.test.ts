import assert from "node:assert/strict";
import { compare, pooled } from "../../src/report/compare.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { studyOf, withLogits, type Configuration } from "./study.js";

const of = (type: string, student: string, outcomes: Configuration["outcomes"]): Configuration => ({
  parameters: { "loss.type": type },
  outcomes,
  settings: { student: { type: student } },
});

/** The same parameters give the same made-up identities: set apart, as other settings or other photos do. */
function setApart(study: StudySnapshot): StudySnapshot {
  const apart = (id: string): string => `d${id.slice(1)}`;
  const trials = study.trials.map((trial) => ({
    ...trial,
    spec: { ...trial.spec, id: apart(trial.spec.id), configuration: apart(trial.spec.configuration) },
  }));
  return { ...study, trials, plan: { ...study.plan, baseline: null, trials: trials.map(({ spec }) => spec) } };
}

describe("several studies", () => {
  it("are one comparison, in which what is fixed within each study counts", () => {
    const shallow = studyOf([of("hard", "shallow", [0.5]), of("kd", "shallow", [0.6])]);
    const deep = setApart(studyOf([of("hard", "deep", [0.55]), of("kd", "deep", [0.7])]));
    const { snapshot, notes } = pooled([
      { name: "a", snapshot: shallow },
      { name: "b", snapshot: deep },
    ]);
    assert.deepEqual(notes, []);
    assert.deepEqual(
      compare(snapshot, { by: "loss.type" }).blocks.map(({ label, rows }) => [label, ...rows.map((row) => row.label)]),
      [
        ["shallow", "hard", "kd"],
        ["deep", "hard", "kd"],
      ],
    );
    assert.deepEqual(compare(snapshot, { by: "student.type" }).blocks.length, 2);
  });

  it("are told apart where the same settings mean other work, on other photos or by another revision", () => {
    // Each has one of its own, which is not the other's either.
    const first = studyOf([
      of("hard", "shallow", [0.5, 0.52]),
      of("kd", "shallow", [0.6, 0.63]),
      of("mse", "shallow", [0.4, 0.41]),
    ]);
    const second = setApart(
      studyOf([
        of("hard", "shallow", [0.7, 0.71]),
        of("kd", "shallow", [0.72, 0.74]),
        of("dist", "shallow", [0.6, 0.61]),
      ]),
    );
    const { snapshot, notes } = pooled([
      { name: "a", snapshot: first },
      { name: "b", snapshot: second },
    ]);
    assert.match(notes.join(), /^The same settings mean other work in another study/);
    assert.deepEqual(
      compare(snapshot, { by: "loss.type" }).blocks.map(({ label, rows }) => [label, ...rows.map((row) => row.label)]),
      [
        ["study=a", "hard", "kd", "mse"],
        ["study=b", "hard", "kd", "dist"],
      ],
    );
    assert.equal(compare(snapshot, { by: "study" }).blocks.length, 2);
    assert.deepEqual(
      compare(snapshot, { by: "loss.type", where: { study: ["b"] } }).blocks.map(({ rows }) => rows.length),
      [3],
    );
  });

  it("keep apart the paths of one study that end alike", () => {
    const model = (folder: string, type: string, accuracy: number): Configuration => ({
      parameters: { "teacher.model": `/${folder}/model.json`, "loss.type": type },
      outcomes: [accuracy, accuracy + 0.01],
    });
    const two = studyOf([
      model("a", "kd", 0.5),
      model("a", "mse", 0.52),
      model("b", "kd", 0.7),
      model("b", "mse", 0.72),
    ]);
    const { snapshot } = pooled([
      { name: "two", snapshot: two },
      { name: "other", snapshot: studyOf([of("hard", "deep", [0.6]), of("dist", "deep", [0.61])]) },
    ]);
    const differences = compare(snapshot, { by: "loss.type", where: { "loss.type": ["kd", "mse"] } }).blocks.flatMap(
      ({ rows }) => rows.flatMap(({ difference }) => (difference === null ? [] : [difference.mean.toFixed(3)])),
    );
    assert.deepEqual(differences, ["0.020", "0.020"], "under one teacher each");
    assert.equal(compare(snapshot, { by: "teacher.model" }).blocks.length, 2);
  });

  it("count a trial that both have once, take it from where it is finished, and read its logits there", () => {
    const first = withLogits(studyOf([of("hard", "shallow", [0.5, "waiting"]), of("kd", "shallow", [0.6])]));
    const second = withLogits(studyOf([of("hard", "shallow", [0.5, 0.52])]));
    const { snapshot, notes } = pooled([
      { name: "a", snapshot: first },
      { name: "b", snapshot: second },
    ]);
    assert.deepEqual(notes, []);
    const [hard, kd] = compare(snapshot, { by: "loss.type" }).blocks[0]!.rows;
    assert.deepEqual(
      hard!.replicates.map(({ value }) => value),
      [0.5, 0.52],
    );
    assert.equal(kd!.evidence?.images?.seeds, 1);
    for (const { spec } of snapshot.trials) assert.ok(snapshot.validationLogits(spec.id));
  });

  it("are said to have run on different environments where they did", () => {
    const first = studyOf([of("hard", "shallow", [0.5]), of("kd", "shallow", [0.6])]);
    const second = studyOf([of("mse", "shallow", [0.5, 0.52])]);
    const portable = second.environments.map((environment) => ({ ...environment, backend: "portable" as const }));
    const notesOf = (environments: StudySnapshot["environments"]): readonly string[] =>
      compare(
        pooled([
          { name: "a", snapshot: first },
          { name: "b", snapshot: { ...second, environments } },
        ]).snapshot,
        { by: "loss.type" },
      ).notes.filter((note) => note.includes("environments"));
    assert.deepEqual(notesOf(second.environments), []);
    assert.match(
      notesOf(portable).join(),
      /2 different environments, which differ in backend \(native: 2 trials, portable: 2 trials\):/,
    );
  });

  it("are said to contradict each other where they do", () => {
    const first = studyOf([of("hard", "shallow", [0.5]), of("kd", "shallow", [0.6])]);
    const second = studyOf([of("hard", "shallow", [0.51]), of("kd", "shallow", [0.6])], {
      baseline: 1,
      metric: "val_loss",
    });
    const { snapshot, notes } = pooled([
      { name: "a", snapshot: first },
      { name: "b", snapshot: second },
    ]);
    assert.equal(notes.length, 3);
    assert.match(notes[0]!, /^Different results for the same trial.*: a and b \(trial [0-9a-f]{16}\)\.$/);
    assert.match(notes[1]!, /metric: val_accuracy \(a\), val_loss \(b\)/);
    assert.match(notes[2]!, /baseline.*: hard \(a\), kd \(b\)/);
    assert.equal(snapshot.plan.baseline, null);
    assert.equal(compare(snapshot, { by: "loss.type" }).blocks[0]!.rows[0]!.replicates[0]!.value, 0.5);
  });
});
