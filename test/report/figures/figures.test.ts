import assert from "node:assert/strict";
import { losses } from "../../../src/losses/registry.js";
import type { Chart, Dataset } from "../../../src/report/drawing/chart.js";
import { figures, makeFigures } from "../../../src/report/figures/all.js";
import { curveOf, curvesFigure, type Training } from "../../../src/report/figures/curves.js";
import { effectFigure } from "../../../src/report/figures/effect.js";
import { finalFigure } from "../../../src/report/figures/final.js";
import { lossTypeFigure } from "../../../src/report/figures/loss-type.js";
import { softShareFigure } from "../../../src/report/figures/soft-share.js";
import { temperatureFigure } from "../../../src/report/figures/temperature.js";
import { parameterTitle, softShareOf } from "../../../src/report/figures/weights.js";
import { readResults } from "../../../src/report/results.js";
import {
  epochsTo,
  gridStudy,
  studyOf,
  typicalStudy,
  withLogits,
  withTeacherSeeds,
  type Configuration,
} from "../study.js";

function names(...[configurations, options]: Parameters<typeof studyOf>): string[] {
  return makeFigures(readResults(studyOf(configurations, options))).map(({ name }) => name);
}

describe("the figures", () => {
  it("of a full sweep are all there, in order", () => {
    const expected = figures
      .map(({ name }) => name)
      .filter((name) => !["soft-share", "soft-share-temperature", "teacher-backbone"].includes(name));
    assert.deepEqual(
      makeFigures(readResults(withLogits(typicalStudy()))).map(({ name }) => name),
      expected,
    );
  });

  it("that do not apply are left out", () => {
    const hard: Configuration = {
      parameters: { "student.type": "shallow" },
      outcomes: [0.5],
      settings: { teacher: null },
    };
    const found = names([hard, { ...hard, parameters: { "student.type": "deep" } }]);
    for (const name of [
      "temperature",
      "temperature-kl",
      "loss-type",
      "augmentation",
      "teacher-accuracy",
      "soft-share",
    ]) {
      assert.ok(!found.includes(name), name);
    }
    assert.ok(found.includes("final") && found.includes("curves-validation-loss"));
  });

  it("of a study without a finished trial are its teacher's only", () => {
    assert.deepEqual(names([{ parameters: { "loss.temperature": 1 }, outcomes: ["waiting", "failed", "running"] }]), [
      "teacher-accuracy",
      "teacher-loss",
    ]);
    const study = studyOf([{ parameters: {}, outcomes: ["waiting"] }]);
    assert.deepEqual(makeFigures(readResults({ ...study, artifacts: [] })), []);
  });

  it("are plain JSON, and the same for the same study", () => {
    const made = makeFigures(readResults(withLogits(typicalStudy())));
    assert.deepEqual(JSON.parse(JSON.stringify(made)), made);
    assert.equal(JSON.stringify(makeFigures(readResults(withLogits(typicalStudy())))), JSON.stringify(made));
  });

  it("draw no more than can be told apart, however large the study", () => {
    for (const { name, drawing } of makeFigures(readResults(gridStudy(10, 6, 2, 2)))) {
      const shown = drawing.chart.data.datasets.filter(({ inLegend }) => inLegend);
      assert.ok(shown.length <= 12, `${name} shows ${shown.length}`);
      assert.ok(drawing.height <= 1500, `${name} is ${drawing.height} high`);
      const looks = shown.map(({ borderColor, pointStyle, borderDash }) =>
        [borderColor, pointStyle, borderDash].join(),
      );
      assert.equal(new Set(looks).size, shown.length, name);
      const inGrey = shown.map(({ pointStyle, borderDash, inLegend }) => [pointStyle, borderDash, inLegend].join());
      if (name.startsWith("curves")) assert.equal(new Set(inGrey).size, shown.length, `${name} in grey`);
    }
  });
});

describe("the names of figures", () => {
  it("are never alike, whatever comparisons and parameters are called", () => {
    const study = typicalStudy();
    const compared = ["Losses", "Losses val accuracy", "Losses"].map((name) => ({
      name,
      by: "loss.type",
      where: {},
      baseline: null,
      sweep: "typical",
      configurations: study.plan.trials.map(({ configuration }) => configuration),
    }));
    const swept = [[], ["loss.my_γ"], ["loss.my_δ"], ["loss.MY_"]].map(([raised]): Configuration => {
      const parameters = { "loss.my_γ": 0, "loss.my_δ": 0, "loss.MY_": 0 };
      return { parameters: raised === undefined ? parameters : { ...parameters, [raised]: 1 }, outcomes: [0.5] };
    });
    const all = [
      ...makeFigures(readResults({ ...study, plan: { ...study.plan, comparisons: compared } })),
      ...makeFigures(readResults(studyOf(swept))).filter(({ name }) => name.startsWith("effect")),
    ].map(({ name }) => name.toLowerCase());
    assert.equal(all.filter((name) => name.startsWith("effect-loss-my")).length, 3);
    assert.equal(all.filter((name) => name.startsWith("comparison-losses")).length, 15);
    assert.equal(new Set(all).size, all.length, all.join());
  });
});

/** Colour, dash and mark of the lines and series that the legend of a chart names. */
function looks({ data }: Chart): Map<string, string> {
  const named = data.datasets.filter(({ inLegend, pointRadius }) => inLegend && pointRadius !== 0);
  return new Map(
    named.map(({ label, borderColor, borderDash, pointStyle }) => [
      label,
      [borderColor, borderDash, pointStyle].join(),
    ]),
  );
}

describe("a configuration", () => {
  it("looks the same in all charts of a report, whatever their order", () => {
    const study = withLogits(typicalStudy());
    const kd = study.plan.trials.filter(({ parameters }) => "loss.temperature" in parameters);
    const comparison = {
      name: "Temperatures",
      by: "loss.temperature",
      where: {},
      baseline: null,
      sweep: "typical",
      configurations: kd.map(({ configuration }) => configuration),
    };
    const results = readResults({ ...study, plan: { ...study.plan, comparisons: [comparison] } });
    const made = new Map(makeFigures(results).map(({ name, drawing }) => [name, looks(drawing.chart)]));
    const all = made.get("curves-validation-accuracy")!;
    const own = made.get("comparison-temperatures-val-accuracy")!;
    assert.equal(own.size, 5);
    for (const [label, look] of own) assert.equal(look, all.get(label), label);
    const [calibrated, look] = [...made.get("calibration")!][0]!;
    const best = results.variants[0]!.label;
    assert.ok(calibrated.startsWith(best));
    assert.equal(look, all.get(best));
    const [, teacher] = [...made.get("calibration")!].find(([label]) => label.startsWith("teacher"))!;
    assert.ok(![...all.values()].includes(teacher), "the teacher looks like no configuration");
  });
});

/** The marks that are single seeds', and those that are means. */
function marks({ data }: Chart): { seeds: Dataset["data"]; means: Dataset["data"]; isOnTop: boolean } {
  const [seeds, means] = [[], []] as [Dataset[], Dataset[]];
  for (const dataset of data.datasets) {
    if (dataset.pointStyle === "circle" && !dataset.inLegend && !dataset.showLine) seeds.push(dataset);
    else if (dataset.pointStyle !== "line") means.push(dataset);
  }
  return {
    seeds: seeds.flatMap((dataset) => dataset.data),
    means: means.flatMap((dataset) => dataset.data),
    isOnTop: seeds.every(({ order }) => means.every((mean) => order < mean.order)),
  };
}

describe("single seeds", () => {
  it("can all be counted: none lies on another or under its mean", () => {
    const study = studyOf(
      [1, 2].map((temperature) => ({
        parameters: { "loss.temperature": temperature },
        outcomes: [0.5, 0.6, 0.7, 0.7, 0.6],
      })),
    );
    const results = readResults(study);
    for (const figure of [finalFigure, temperatureFigure]) {
      const made = (figure as typeof finalFigure).draw((figure as typeof finalFigure).data(results)!);
      const { seeds, means } = marks(made.chart);
      assert.deepEqual([seeds.length, means.length], [10, 2]);
      const places = [...seeds, ...means].map(({ x, y }) => `${x!.toFixed(6)} ${y!.toFixed(6)}`);
      assert.equal(new Set(places).size, 12, figure.name);
      assert.ok(marks(made.chart).isOnTop, figure.name);
    }
  });
});

describe("runs with several teachers' seeds", () => {
  const swept = studyOf(
    [1, 2].map((temperature) => ({
      parameters: { "loss.type": "kd", "loss.temperature": temperature },
      outcomes: [0.5, 0.6, 0.7],
    })),
  );
  const several = readResults(withTeacherSeeds(swept, { 1: 0, 2: 0.02 }));

  it("are called runs, not seeds, and told apart by the teacher's seed", () => {
    const { chart } = finalFigure.draw(finalFigure.data(several)!);
    const { seeds, means } = marks(chart);
    const texts = seeds.map(({ text }) => text);
    assert.equal(new Set(texts).size, 12);
    assert.ok(texts.includes("τ=1, seed 1, teacher's seed 2: 52.0 %"), texts.join());
    assert.ok(means.some(({ text }) => text?.endsWith("% over 3 seeds (6 runs)")));
    for (const figure of [finalFigure, temperatureFigure]) {
      const legendIn = (results: typeof several): string => {
        const made = (figure as typeof finalFigure).draw((figure as typeof finalFigure).data(results)!);
        return made.chart.options.plugins.subtitle.text.join(" ");
      };
      assert.match(legendIn(several), /^Small dots: single runs; (large mark|line): the mean over seeds; bar/);
      assert.match(legendIn(readResults(swept)), /^Small dots: single seeds; (large mark|line): their mean; bar/);
    }
  });

  it("have the teacher's seed as a last column, which a study of one teacher does not have", () => {
    for (const figure of [finalFigure, temperatureFigure] as (typeof finalFigure)[]) {
      const { columns, rows } = figure.table(figure.data(several)!);
      assert.equal(columns.at(-1), "teacher_seed");
      assert.deepEqual(
        rows.slice(0, 6).map((row) => row.at(-1)),
        [1, 2, 1, 2, 1, 2],
      );
      assert.ok(!figure.table(figure.data(readResults(swept))!).columns.includes("teacher_seed"));
    }
  });
});

describe("curves of an objective", () => {
  const lossCurves = curvesFigure("curves-validation-loss", "val_loss");
  const kd = (temperature: number): Configuration => ({
    parameters: { "loss.temperature": temperature },
    outcomes: [0.5, 0.6],
  });

  it("say that levels compare only where loss and settings are the same", () => {
    const subtitle = (configurations: Configuration[]): string => {
      const data = lossCurves.data(readResults(studyOf(configurations)))!;
      return lossCurves.draw(data).chart.options.plugins.subtitle.text.join();
    };
    assert.match(subtitle([kd(1), kd(5)]), /compare only where the loss and its settings are the same/);
    assert.doesNotMatch(subtitle([kd(1)]), /compare/);
  });

  it("have a logarithmic axis, called so, where objectives are of different sizes", () => {
    const study = studyOf([kd(1), { parameters: { "loss.type": "mse" }, outcomes: [0.5] }]);
    const axisWith = (factor: number): Chart["options"]["scales"]["y"] => {
      const trials = study.trials.map((trial) => ({
        ...trial,
        epochs: trial.epochs.map((metrics) => ({
          ...metrics,
          val_loss: (trial.spec.settings.loss.type === "mse" ? factor : 1) * (1 + metrics.val_loss / 10),
        })),
      }));
      return lossCurves.draw(lossCurves.data(readResults({ ...study, trials }))!).chart.options.scales.y;
    };
    assert.equal(axisWith(1).type, "linear");
    assert.equal(axisWith(8).type, "logarithmic");
    assert.equal(axisWith(8).title.text, "validation loss, logarithmic axis");
  });

  it("say so where later epochs average fewer seeds", () => {
    const study = studyOf([kd(1)]);
    const subtitle = (of: typeof study): string =>
      lossCurves.draw(lossCurves.data(readResults(of))!).chart.options.plugins.subtitle.text.join();
    const trials = study.trials.map((trial, index) => ({ ...trial, epochs: trial.epochs.slice(0, 10 - 3 * index) }));
    assert.match(subtitle({ ...study, trials }), /later epochs are a mean over fewer seeds/);
    assert.doesNotMatch(subtitle(study), /fewer/);
  });
});

describe("curves", () => {
  const training = (seed: number, epochs: Training["epochs"]): Training => ({ seed, epochs });

  it("are the mean, the lowest and the highest over the seeds that reached an epoch", () => {
    const [a, b] = [epochsTo(0.8, 3, "a", true), epochsTo(0.6, 2, "b", true)];
    const curve = curveOf([training(1, a), training(2, b)], "val_accuracy");
    const [first, second] = [a[0]!.val_accuracy, b[0]!.val_accuracy];
    assert.deepEqual(curve[0], {
      epoch: 1,
      seeds: 2,
      mean: (first + second) / 2,
      low: Math.min(first, second),
      high: Math.max(first, second),
    });
    assert.deepEqual(curve[2], { epoch: 3, seeds: 1, mean: 0.8, low: 0.8, high: 0.8 });
  });

  it("count a seed once, as the mean over its teachers' seeds", () => {
    const [a, b, c] = [0.8, 0.6, 0.2].map((value, index) => epochsTo(value, 1, `${index}`, true));
    const curve = curveOf([training(1, a!), training(1, b!), training(2, c!)], "val_accuracy");
    assert.deepEqual(
      curve.map(({ mean, ...point }) => ({ ...point, mean: mean.toFixed(12) })),
      [{ epoch: 1, seeds: 2, low: 0.2, high: 0.7, mean: (0.45).toFixed(12) }],
    );
  });

  it("skip a metric that was not measured", () => {
    assert.deepEqual(curveOf([training(1, epochsTo(0.8, 3, "a", false))], "val_kl"), []);
  });
});

describe("final accuracy", () => {
  it("shows every seed, the mean, the baseline and the teacher, in percent", () => {
    const study = studyOf([
      { parameters: { "loss.type": "kd" }, outcomes: [0.5, 0.75] },
      { parameters: { "loss.type": "mse" }, outcomes: [0.25, "failed"] },
    ]);
    const data = finalFigure.data(readResults(study));
    assert.ok(data);
    assert.deepEqual(
      data.rows.map(({ label, isBaseline, summary }) => [label, isBaseline, summary.mean]),
      [
        ["kd", true, 0.625],
        ["mse", false, 0.25],
      ],
    );
    assert.deepEqual(
      data.references.map(({ label }) => label),
      ["baseline kd (62.5 %)", "teacher convnet (95.3 %)"],
    );
    const { chart } = finalFigure.draw(data);
    const points = chart.data.datasets.flatMap((dataset) => dataset.data.map(({ x, text }) => [x, text]));
    for (const expected of [
      [50, "kd, seed 1: 50.0 %"],
      [75, "kd, seed 2: 75.0 %"],
      [62.5, "kd: 62.5 (sd 17.7) % over 2 seeds"],
    ]) {
      assert.ok(
        points.some((point) => JSON.stringify(point) === JSON.stringify(expected)),
        expected.join(),
      );
    }
    assert.deepEqual(chart.options.plugins.ticksAt?.y, [
      { value: 0, label: "kd (baseline)" },
      { value: 1, label: "mse" },
    ]);
  });
});

describe("the metric against temperature", () => {
  it("is one line per everything else, on a logarithmic axis where it spans, with the swept values as ticks", () => {
    const line = (type: string, temperatures: readonly number[]): Configuration[] =>
      temperatures.map((temperature) => ({
        parameters: { "loss.type": type, "loss.temperature": temperature },
        outcomes: [0.5, 0.7],
      }));
    const study = studyOf([...line("kd", [10, 0.1, 1]), ...line("kd_ce", [1, 10]), ...line("reverse_kl", [5])]);
    const data = temperatureFigure.data(readResults(study));
    assert.ok(data);
    assert.deepEqual(
      data.lines.map(({ label, points }) => [label, points.map(({ x }) => x)]),
      [
        ["kd", [0.1, 1, 10]],
        ["kd_ce", [1, 10]],
      ],
    );
    const { options } = temperatureFigure.draw(data).chart;
    assert.equal(options.scales.x.type, "logarithmic");
    assert.deepEqual(
      options.plugins.ticksAt?.x?.map(({ label }) => label),
      ["0.1", "1", "10"],
    );
  });
});

describe("the metric against the soft share", () => {
  const weighted = (type: string, alpha: number, beta?: number): Configuration => ({
    parameters: { "loss.type": type, "loss.alpha": alpha, ...(beta === undefined ? {} : { "loss.beta": beta }) },
    outcomes: [0.5],
    settings: { loss: { type, alpha, ...(beta === undefined ? {} : { beta }) } },
  });

  it("is plotted at α/(α+β)", () => {
    const study = studyOf(
      [0.9, 0.3].map((alpha) => ({
        parameters: { "loss.alpha": alpha },
        outcomes: [0.5],
        settings: { loss: { type: "kd_ce", alpha, beta: 0.1 } },
      })),
    );
    const points = softShareFigure.data(readResults(study))?.lines[0]?.points;
    assert.deepEqual(
      points?.map(({ x }) => x),
      [0.75, 0.9],
    );
    assert.ok(
      !names([weighted("kd_ce", 0.9, 0.1), weighted("kd_ce", 0.3, 0.7)]).some((name) => name.includes("effect")),
    );
  });

  it("is called a soft share in its table, with the digits that a reader needs on its axis", () => {
    const study = studyOf([0.5, 0.4].map((alpha) => weighted("kd_ce", alpha, 0.1)));
    const data = softShareFigure.data(readResults(study))!;
    assert.deepEqual(softShareFigure.table(data).columns.slice(0, 3), ["line", "soft_share", "seed"]);
    const { plugins } = softShareFigure.draw(data).chart.options;
    assert.deepEqual(
      plugins.ticksAt?.x?.map(({ label }) => label),
      ["0.8", "0.8333"],
    );
  });

  it("has an axis of differences, whatever the shares", () => {
    const study = studyOf([0.1, 0.9].map((alpha) => weighted("kd_ce", alpha, 1 - alpha)));
    const { chart } = softShareFigure.draw(softShareFigure.data(readResults(study))!);
    assert.deepEqual(
      [chart.options.scales.x.type, chart.options.scales.x.title.text],
      ["linear", "soft share α/(α+β)"],
    );
  });

  it("leaves a loss whose α weighs other things to a chart of α, which says what", () => {
    const study = studyOf([
      weighted("kd_ce", 0.9, 0.1),
      weighted("kd_ce", 0.5, 0.5),
      weighted("kd_mse", 0),
      weighted("kd_mse", 0.5),
    ]);
    const results = readResults(study);
    assert.deepEqual(
      softShareFigure.data(results)?.lines.map(({ label, points }) => [label, points.map(({ x }) => x)]),
      [["kd_ce", [0.5, 0.9]]],
    );
    const effect = makeFigures(results).find(({ name }) => name === "effect-loss-alpha")!;
    assert.equal(effect.drawing.chart.options.scales.x.title.text, "α (soft labels; the rest MSE of logits)");
    assert.deepEqual(new Set(effect.table.rows.map(([line]) => line)), new Set(["kd_mse"]));
    const decoupled = names([weighted("dkd", 1, 8), weighted("dkd", 0.5, 4), weighted("dkd", 0.5, 8)]);
    assert.ok(!decoupled.includes("soft-share"), decoupled.join());
    assert.ok(decoupled.includes("effect-loss-alpha") && decoupled.includes("effect-loss-beta"), decoupled.join());
  });

  it("knows of every loss what its weights weigh", () => {
    for (const { name, settings } of losses) {
      if (softShareOf({ type: name, alpha: 0.5, beta: 0.5 }) !== null) continue;
      for (const weight of ["alpha", "beta", "gamma"].filter((each) => each in settings.shape)) {
        assert.match(parameterTitle(`loss.${weight}`, new Set([name])), /^[αβγ] \(.+\)$/, `${name}.${weight}`);
      }
    }
  });
});

describe("the effect of a parameter", () => {
  const temperatures = effectFigure("effect", { parameter: "loss.temperature", noun: "τ", rows: "values" });
  const kd = (temperature: number): Configuration => ({
    parameters: { "loss.type": "kd", "loss.temperature": temperature },
    outcomes: [0.5, 0.7],
  });

  it("has numbers in ascending order, its reference marked, and no legend for one series", () => {
    const data = temperatures.data(readResults(studyOf([10, 0.5, 3].map(kd))))!;
    const { plugins } = temperatures.draw(data).chart.options;
    assert.deepEqual(
      plugins.ticksAt?.y?.map(({ label }) => label),
      ["τ=0.5", "τ=3", "τ=10 (reference)"],
    );
    assert.match(plugins.subtitle.text.join(), /; all else equal$/);
    assert.deepEqual([...looks(temperatures.draw(data).chart)], []);
  });

  it("has a mark in each row for a configuration that stands in several groups", () => {
    const augmentations = effectFigure("effect", {
      parameter: "augmentation.type",
      noun: "augmentation",
      rows: "blocks",
    });
    const plain: Configuration = { parameters: { "augmentation.type": "none" }, outcomes: [0.5] };
    const strong = [1, 2].map((magnitude): Configuration => ({
      parameters: { "augmentation.type": "strong", "augmentation.magnitude": magnitude },
      outcomes: [0.6],
    }));
    const data = augmentations.data(readResults(studyOf([...strong, plain])))!;
    assert.equal(data.blocks.length, 2);
    const { datasets } = augmentations.draw(data).chart.data;
    const marks = datasets.filter(({ inLegend, label }) => inLegend && label === "no augmentation");
    assert.deepEqual(
      marks.map(({ data: points }) => points.length),
      [2],
    );
  });

  it("shows as many values as there is room for, and says how many there are", () => {
    const types = effectFigure("effect", { parameter: "loss.type", noun: "loss", rows: "values" });
    const hard: Configuration = { parameters: { "loss.type": "hard" }, outcomes: [0.5] };
    const many = readResults(studyOf([hard, ...Array.from({ length: 900 }, (_, index) => kd(index + 1))]));
    const { chart, height } = types.draw(types.data(many)!);
    assert.ok(height < 1200, `${height} high`);
    assert.match(chart.options.plugins.subtitle.text.join(), /20 of 901 values, the first in the plan's order/);
    assert.equal(chart.options.plugins.ticksAt?.y?.[0]?.label, "hard (reference)");
  });
});

describe("the losses side by side", () => {
  it("draw a configuration that stands in every group once", () => {
    const data = lossTypeFigure.data(readResults(typicalStudy()));
    assert.ok(data);
    const means = lossTypeFigure
      .draw(data)
      .chart.data.datasets.filter(({ inLegend, showLine }) => inLegend && !showLine);
    assert.deepEqual(
      means.map(({ label, data: points }) => [label, points.length]),
      [
        ["the same in every group", 2],
        ["τ=1", 1],
        ["τ=4", 2],
        ["τ=10", 1],
      ],
    );
  });
});
