import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { readKerasWeights } from "../../../src/models/pretrained/keras-weights.js";
import { findWeights, mobileNetV2Weights } from "../../../src/models/pretrained/weight-files.js";
import { formatIssue, UserError } from "../../../src/trial/issue.js";
import { temporaryFolder } from "../../support/temporary.js";
import { noise } from "./formula.js";
import { h5, valuesOf, type Written } from "./write-h5.js";

const expected = [
  { name: "Conv1/kernel", shape: [3, 3, 3, 4] },
  { name: "bn_Conv1/gamma", shape: [4] },
  { name: "bn_Conv1/beta", shape: [4] },
  { name: "block_1_depthwise/depthwise_kernel", shape: [3, 3, 4, 1] },
  { name: "normalization/count", shape: [] },
];

const whole: readonly Written[] = [
  { layer: "Conv1", weight: "Conv1/kernel:0", shape: [3, 3, 3, 4] },
  { layer: "bn_Conv1", weight: "bn_Conv1/gamma:0", shape: [4] },
  { layer: "bn_Conv1", weight: "bn_Conv1/beta:0", shape: [4] },
  { layer: "block_1_depthwise", weight: "block_1_depthwise/depthwise_kernel:0", shape: [3, 3, 4, 1] },
  { layer: "normalization", weight: "normalization/count:0", shape: [], values: [7], dtype: "<i" },
];

describe("readKerasWeights", () => {
  const folder = temporaryFolder();
  const write = async (name: string, tensors: readonly Written[], nested = false): Promise<string> => {
    const path = join(folder.path, name);
    writeFileSync(path, await h5(tensors, nested));
    return path;
  };
  const issuesOf = async (path: string): Promise<string[]> => {
    const error: unknown = await readKerasWeights(path, expected).then(
      () => assert.fail("it was read"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    return error.issues.map(formatIssue);
  };

  it("reads the expected tensors in their order, whatever the file's", async () => {
    const path = await write("whole.h5", [...whole].reverse());
    const { values, md5 } = await readKerasWeights(path, expected);
    assert.deepEqual(
      Array.from(values),
      whole.flatMap((tensor) => Array.from(valuesOf(tensor))),
    );
    assert.match(md5, /^[0-9a-f]{32}$/);
  });

  it("reads what model.save writes, and Keras 3's names", async () => {
    const renamed = whole.map((tensor) => ({
      ...tensor,
      layer: tensor.layer.replace("normalization", "normalization_3"),
      weight: tensor.weight.replace("depthwise_kernel", "kernel").replace(":0", ""),
    }));
    const path = await write("saved.h5", renamed, true);
    const { values } = await readKerasWeights(path, expected);
    assert.deepEqual(
      Array.from(values),
      renamed.flatMap((tensor) => Array.from(valuesOf(tensor))),
    );
  });

  it("names every tensor that is missing, misshapen, damaged or too many, all at once", async () => {
    const path = await write("wrong.h5", [
      { layer: "Conv1", weight: "Conv1/kernel:0", shape: [3, 3, 3, 5] },
      { layer: "bn_Conv1", weight: "bn_Conv1/gamma:0", shape: [4], values: [1, Number.NaN, 1, 1] },
      whole[3]!,
      whole[4]!,
      { layer: "predictions", weight: "predictions/bias:0", shape: [1000] },
    ]);
    assert.deepEqual(await issuesOf(path), [
      `${path}: Conv1/kernel: expected [3, 3, 3, 4], found [3, 3, 3, 5]`,
      `${path}: bn_Conv1/gamma: expected [4], found a value that is no finite number (NaN)`,
      `${path}: bn_Conv1/beta: expected [4], found nothing`,
      `${path}: predictions/bias: expected no such tensor, found [1000] (a file without the ImageNet head is needed: ` +
        "its name ends in no_top.h5 or notop.h5)",
    ]);
  });

  it("says what it found in place of a weight file", async () => {
    const bytes = await h5(whole);
    const files: [string, Uint8Array, RegExp][] = [
      ["empty.h5", new Uint8Array(), /HDF5 cannot open/],
      ["page.h5", Buffer.from("<html>404</html>"), /HDF5 cannot open/],
      ["half.h5", bytes.subarray(0, bytes.length / 2), /HDF5 cannot open: cut short/],
    ];
    for (const [name, content, message] of files) {
      const path = join(folder.path, name);
      writeFileSync(path, content);
      const [issue, ...others] = await issuesOf(path);
      assert.match(issue ?? "", message);
      assert.deepEqual(others, []);
    }
    mkdirSync(join(folder.path, "folder.h5"));
    assert.match((await issuesOf(join(folder.path, "folder.h5"))).join(), /no file/);
    assert.match((await issuesOf(join(folder.path, "absent.h5"))).join(), /cannot be opened \(ENOENT\)/);
    const { File, ready } = await import("h5wasm");
    const { FS } = await ready;
    const other = new File("/other.h5", "w");
    other.create_dataset({ name: "measurements", data: new Float32Array(3) });
    other.close();
    writeFileSync(join(folder.path, "other.h5"), FS.readFile("/other.h5", { encoding: "binary" }));
    assert.match((await issuesOf(join(folder.path, "other.h5"))).join(), /without layer_names/);
  });

  it("refuses chunks out of all proportion, which HDF5 would hold in memory whole", async () => {
    const { File, ready } = await import("h5wasm");
    const { FS } = await ready;
    const file = new File("/huge.h5", "w");
    file.create_attribute("layer_names", ["Conv1"]);
    const group = file.create_group("Conv1");
    group.create_attribute("weight_names", ["kernel:0"]);
    group.create_dataset({
      name: "kernel:0",
      data: new Float32Array(108),
      shape: [3, 3, 3, 4],
      maxshape: [null, null, null, null],
      chunks: [3, 3, 3, 300_000],
    });
    file.close();
    const path = join(folder.path, "huge.h5");
    writeFileSync(path, FS.readFile("/huge.h5", { encoding: "binary" }));
    const issues = await issuesOf(path);
    assert.match(issues[0] ?? "", /Conv1\/kernel: expected \[3, 3, 3, 4\], found chunks of 32400000 bytes/);
  });

  for (const [name, found] of [
    ["compound", "values that are no numbers"],
    ["texts", "values that are no numbers"],
    ["huge", "[1048576, 1048576]"],
    ["external-link", "a name without values"],
    ["circle", "a name without values"],
  ] as const) {
    it(`refuses a tensor that is ${name}`, async () => {
      const path = fileURLToPath(new URL(`../../../../test/models/pretrained/hostile/${name}.h5`, import.meta.url));
      assert.ok((await issuesOf(path)).includes(`${path}: Conv1/kernel: expected [3, 3, 3, 4], found ${found}`));
    });
  }

  it("reads no other file, whatever a tensor's values are said to be in", async () => {
    const at = (name: string): string =>
      fileURLToPath(new URL(`../../../../test/models/pretrained/hostile/${name}.h5`, import.meta.url));
    const alone = [{ name: "Conv1/kernel", shape: [3, 3, 3, 4] }];
    const refusals = ["external-file", "names"].map((name) =>
      assert.rejects(readKerasWeights(at(name), alone), UserError),
    );
    await Promise.all(refusals);
    assert.match(
      (await issuesOf(at("external-file"))).join(),
      /values that HDF5 cannot read: damaged, or in another file/,
    );
  });

  it("ends with values or a UserError on files with bytes changed anywhere", async () => {
    const path = await write("fuzzed.h5", whole);
    const bytes = readFileSync(path);
    const random = noise("fuzz", 12 * 40 * 2);
    for (let file = 0; file < 12; file++) {
      const changed = Uint8Array.from(bytes);
      for (let i = 0; i < 40; i++) {
        const at = 2 * (40 * file + i);
        // The structures stand at the front: half of the changes fall there.
        const range = i % 2 === 0 ? bytes.length : 4096;
        changed[Math.floor((random[at]! + 0.5) * range)] = Math.floor((random[at + 1]! + 0.5) * 256);
      }
      writeFileSync(path, changed);
      await readKerasWeights(path, expected).catch((error: unknown) => {
        assert.ok(error instanceof UserError, String(error));
        assert.ok(error.issues.length > 0);
      });
    }
  });
});

describe("findWeights", () => {
  const folder = temporaryFolder();
  const candidates = [mobileNetV2Weights("0.35", 128), mobileNetV2Weights("0.35", 224)];

  it("takes a file as it is", async () => {
    const path = join(folder.path, "mine.h5");
    writeFileSync(path, "");
    assert.equal(await findWeights(path, candidates), path);
  });

  it("takes the first official name that a folder holds, or says which it looked for and where they come from", async () => {
    const error: unknown = await findWeights(folder.path, candidates).catch((reason: unknown) => reason);
    assert.ok(error instanceof UserError);
    const [issue] = error.issues.map(formatIssue);
    assert.match(
      issue ?? "",
      /kernels_0\.35_128_no_top\.h5 or .*kernels_0\.35_224_no_top\.h5, found a folder without it, /,
    );
    assert.match(issue ?? "", /official address: https:\/\/storage\.googleapis\.com\/tensorflow\/keras-applications/);

    const general = join(folder.path, "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5");
    writeFileSync(general, "");
    assert.equal(await findWeights(folder.path, candidates), general);
    const own = join(folder.path, "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_128_no_top.h5");
    writeFileSync(own, "");
    assert.equal(await findWeights(folder.path, candidates), own);
  });
});
