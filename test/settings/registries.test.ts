import assert from "node:assert/strict";
import { z } from "zod";
import { catalogueOf, shapeOf } from "../../src/settings/catalogue.js";
import { listSettings } from "../../src/settings/list.js";
import { registries } from "../../src/settings/registries.js";
import { resolve } from "../../src/settings/resolve.js";
import { formatIssue } from "../../src/trial/issue.js";
import { groups, selectors } from "../../src/trial/value.js";
import { smallRegistries } from "./small-registries.js";

describe("settings: the project's components", () => {
  const catalogue = catalogueOf(registries);
  for (const group of groups) {
    for (const component of catalogue.components(group)) {
      describe(`${group} ${component.name}`, () => {
        it("has a name, a summary and a revision", () => {
          assert.match(component.name, /^[a-z0-9_.]+$/);
          assert.ok(component.summary.length > 0);
          assert.ok(Number.isInteger(component.revision) && component.revision >= 1);
        });

        it("describes every setting and leaves the selector's name alone", () => {
          for (const [setting, schema] of Object.entries(shapeOf(component))) {
            assert.notEqual(setting, selectors[group]);
            const description = (z.toJSONSchema(schema, { io: "input" }) as { description?: string }).description;
            assert.ok(description !== undefined && description.length > 0, `${setting} has no description`);
          }
        });

        it("names as files or folders only what it has", () => {
          for (const setting of component.contentSettings ?? []) assert.ok(setting in shapeOf(component), setting);
        });
      });
    }
  }

  it("has pretrained teachers with the article's fine-tuning, on images of 32 pixels or more", () => {
    const withSize = (imageSize: number): ReturnType<typeof resolve> =>
      resolve({ "teacher.backbone": "mobilenet_v2_1.0", "loss.type": "kd", "dataset.imageSize": imageSize });
    const taken = withSize(32);
    assert.ok(taken.ok);
    assert.deepEqual(taken.value.settings.teacher, {
      backbone: "mobilenet_v2_1.0",
      weights: null,
      trainable: "all",
      seed: 1,
      epochs: 5,
      learningRate: 1e-5,
      batchSize: 64,
      labelSmoothing: 0,
      preprocessing: "keras",
    });
    const refused = withSize(31);
    assert.ok(!refused.ok);
    assert.deepEqual(refused.issues.map(formatIssue), [
      "dataset.imageSize: expected >= 32 for teacher.backbone mobilenet_v2_1.0, found 31",
    ]);
  });

  it("has defaults that exist and resolve", () => {
    const result = resolve({}, registries);
    assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
    assert.equal(result.value.settings.loss.type, "kd_ce");
    assert.equal(result.value.settings.dataset.name, "petals");
    assert.equal(result.value.settings.dataset.trainFraction, 0.85);
    assert.equal(result.value.settings.teacher?.seed, 1);
  });
});

describe("settings: list", () => {
  const listed = listSettings(smallRegistries);
  it("has every setting with type, default and description", () => {
    assert.deepEqual(
      listed.find(({ key }) => key === "loss.scaling"),
      {
        key: "loss.scaling",
        group: "loss",
        components: ["kd"],
        type: "one of none, soft",
        default: "soft",
        description: "",
      },
    );
    assert.equal(listed.find(({ key }) => key === "dataset.path")?.default, undefined);
    assert.equal(listed.find(({ key }) => key === "dataset.path")?.description, "the folder");
  });

  it("puts components of one meaning together and tells others apart", () => {
    assert.deepEqual(listed.find(({ key }) => key === "dataset.imageSize")?.components, ["shapes", "folder"]);
    const temperatures = listed.filter(({ key }) => key === "loss.temperature");
    assert.deepEqual(
      temperatures.map(({ components, default: byDefault }) => [components, byDefault]),
      [
        [["kd"], 4],
        [["both"], 5],
      ],
    );
  });

  it("lists the names that a selector takes", () => {
    const type = listed.find(({ key }) => key === "loss.type");
    assert.ok(type !== undefined);
    assert.equal(type.type, "one of hard, kd, both, mse");
    assert.equal(type.default, "kd");
    assert.match(type.description, /hard: Labels\./);
  });
});
