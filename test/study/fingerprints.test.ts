import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { registries } from "../../src/settings/registries.js";
import { planStudy, type PlannedStudy } from "../../src/study/plan.js";
import { parseSweep } from "../../src/sweep/parse.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { formatIssue } from "../../src/trial/issue.js";
import { temporaryFolder } from "../support/temporary.js";

const official = (alpha: string, size: number): string =>
  `mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${alpha}_${size}_no_top.h5`;

describe("fingerprints of teachers' weights", () => {
  const folder = temporaryFolder();
  const cache = join(folder.path, "cache");
  const file = (name: string, content: string): string => {
    const path = join(folder.path, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
    return path;
  };

  function planned(text: string, at = cache): Promise<PlannedStudy> {
    const sweep = parseSweep(text, join(folder.path, "sweep.yaml"));
    assert.ok(sweep.ok, sweep.ok ? "" : sweep.issues.map(formatIssue).join("\n"));
    return planStudy({ sweep: sweep.value, registries }, at);
  }

  async function trialsOf(text: string, at = cache): Promise<readonly TrialSpec[]> {
    return (await planned(text, at)).plan.trials;
  }
  const sweep = (teacher: string, more = ""): string =>
    `seeds: 1\ndataset: { name: petals, imageSize: 64, images: 80 }\nteacher: { ${teacher} }\nloss: { type: kd }\n${more}`;
  const idOf = async (teacher: string, at?: string): Promise<string> => {
    const [trial] = await trialsOf(sweep(`backbone: mobilenet_v2_0.35, ${teacher}`), at);
    return trial!.id;
  };
  const issuesOf = async (text: string): Promise<string[]> => {
    return [...(await planned(text)).missing];
  };

  it("count for a trial's identity by the file's content, wherever it is", async () => {
    const one = file("one.h5", "weights");
    const id = await idOf(`weights: ${one}`);
    assert.equal(await idOf(`weights: ${file("elsewhere/two.h5", "weights")}`), id);
    assert.equal(await idOf("weights: elsewhere/two.h5"), id, "a path counts from the sweep's folder");
    assert.notEqual(await idOf(`weights: ${file("other.h5", "other weights")}`), id);
    renameSync(one, join(folder.path, "moved.h5"));
    assert.equal(await idOf("weights: moved.h5"), id);
    file("moved.h5", "changed weights");
    assert.notEqual(await idOf("weights: moved.h5"), id);
  });

  it("are of the file that a folder or the cache holds under its official name", async () => {
    const id = await idOf(`weights: ${file("plain.h5", "official")}`);
    file(`models/${official("0.35", 224)}`, "official");
    assert.equal(await idOf("weights: models"), id);
    const own = join(folder.path, "own-cache");
    mkdirSync(join(own, "weights"), { recursive: true });
    copyFileSync(join(folder.path, "plain.h5"), join(own, "weights", official("0.35", 224)));
    assert.equal(await idOf("seed: 1", own), id);
  });

  it("tell image sizes apart that have official files of their own", async () => {
    file(`sized/${official("0.35", 224)}`, "for 224");
    file(`sized/${official("0.35", 96)}`, "for 96");
    const ids = async (weights: string): Promise<string[]> => {
      const text =
        `seeds: 1\nteacher: { backbone: mobilenet_v2_0.35 }\nloss: { type: kd }\n` +
        `parameters:\n  dataset.imageSize: { values: [64, 96] }\n  teacher.weights: { values: ${weights} }\n`;
      return (await trialsOf(text)).map(({ id }) => id);
    };
    const sized = await ids("[sized]");
    const [for64, for96] = [
      await ids(`[sized/${official("0.35", 224)}]`),
      await ids(`[sized/${official("0.35", 96)}]`),
    ];
    assert.deepEqual(sized, [for64[0], for96[1]]);
    // Two paths to one file are one teacher.
    const both = await ids(`[sized, sized/${official("0.35", 224)}]`);
    assert.deepEqual(both, [for64[0], for96[1], for64[1]]);
  });

  it("add nothing to trials whose teacher starts from none, or that have none", async () => {
    const mixed = await trialsOf(
      `seeds: 1\ndataset: { name: petals, imageSize: 64, images: 80 }\nteacher: { weights: ${file("w.h5", "w")} }\n` +
        "parameters:\n  loss.type: { values: [hard, kd] }\n  teacher.backbone: { values: [convnet_s, mobilenet_v2_0.35] }\n",
    );
    const alone = await trialsOf(
      "seeds: 1\ndataset: { name: petals, imageSize: 64, images: 80 }\nteacher: { backbone: convnet_s }\n" +
        "parameters:\n  loss.type: { values: [hard, kd] }\n",
    );
    const idsOf = (trials: readonly TrialSpec[]): string[] =>
      trials.filter(({ settings }) => settings.teacher?.backbone !== "mobilenet_v2_0.35").map(({ id }) => id);
    assert.deepEqual(idsOf(mixed), idsOf(alone));
    assert.equal(mixed.length, 3);
  });

  it("are remembered: a file of the same size and time is not read again", async () => {
    const path = file("remembered.h5", "content");
    const write = (content: string, seconds: number): void => {
      writeFileSync(path, content);
      utimesSync(path, seconds, seconds);
    };
    write("content", 1_000_000_000);
    const id = await idOf(`weights: ${path}`);
    write("CONTENT", 1_000_000_000);
    assert.equal(await idOf(`weights: ${path}`), id);
    assert.notEqual(await idOf(`weights: ${path}`, join(folder.path, "fresh-cache")), id);
    write("CONTENT", 1_000_000_001);
    assert.notEqual(await idOf(`weights: ${path}`), id);
  });

  it("are named all at once where files are missing, with the names and addresses that are looked for", async () => {
    const issues = await issuesOf(
      sweep("weights: nowhere", "parameters:\n  teacher.backbone: { values: [mobilenet_v2_1.0, efficientnet_b0] }\n"),
    );
    assert.equal(issues.length, 2);
    assert.ok(
      issues[0]?.startsWith(
        `teacher.weights: expected a Keras weight file, or a folder that holds ${official("1.0", 224)}`,
      ),
    );
    assert.ok(issues[0]?.includes(`found nothing at ${join(folder.path, "nowhere")} (official address: https://`));
    assert.match(
      issues[1] ?? "",
      /efficientnetb0_notop\.h5, found nothing at .*keras-applications\/efficientnetb0_notop\.h5/,
    );
    const [byDefault] = await issuesOf(sweep("backbone: mobilenet_v2_1.0"));
    assert.ok(byDefault?.includes(`found nothing at ${join(cache, "weights")}`), byDefault);
    assert.ok(byDefault?.endsWith("a run downloads it"), byDefault);
    assert.ok(!issues.some((issue) => issue.includes("downloads")));
  });

  it("are asked of no teacher that no trial learns from", async () => {
    const text = sweep("backbone: mobilenet_v2_1.0").replace("kd", "hard");
    assert.equal((await trialsOf(text)).length, 1);
  });

  describe("of a table of logits", () => {
    const tableId = async (logits: string): Promise<string> => (await trialsOf(sweep(`logits: ${logits}`)))[0]!.id;

    it("count by the content of all its files, wherever they are", async () => {
      const id = await tableId(file("one.csv", "0,1"));
      assert.equal(await tableId(file("elsewhere/one.csv", "0,1")), id);
      assert.notEqual(await tableId(file("two.csv", "0,2")), id);
      file("a.txt", "0");
      const matrix = await tableId(file("a.npy", "matrix"));
      file("b/a.txt", "0");
      assert.equal(await tableId(file("b/a.npy", "matrix")), matrix);
      file("c/a.txt", "1");
      assert.notEqual(await tableId(file("c/a.npy", "matrix")), matrix);
    });

    it("read no device, which would never end", async () => {
      assert.deepEqual(await issuesOf(sweep("logits: /dev/zero")), [
        "teacher.logits: expected a file that can be read, found one that cannot, /dev/zero",
      ]);
    });

    it("name the file that is missing", async () => {
      assert.deepEqual(await issuesOf(sweep("logits: none.csv")), [
        `teacher.logits: expected a file that can be read, found nothing at ${join(folder.path, "none.csv")}`,
      ]);
      const matrix = file("alone.npy", "matrix");
      const [issue] = await issuesOf(sweep(`logits: ${matrix}`));
      assert.ok(issue?.endsWith(`found nothing at ${join(folder.path, "alone.txt")}`), issue);
    });
  });
});
