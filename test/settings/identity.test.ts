import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { z } from "zod";
import { identify, type Identity } from "../../src/settings/identity.js";
import { registries, type Registries } from "../../src/settings/registries.js";
import { resolve } from "../../src/settings/resolve.js";
import type { Component } from "../../src/trial/component.js";
import type { Settings, Value } from "../../src/trial/value.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { smallRegistries, withComponent } from "./small-registries.js";

function settingsOf(flat: Record<string, Value>, registries: Registries = smallRegistries): Settings {
  const result = resolve(flat, registries);
  assert.ok(result.ok);
  return result.value.settings;
}

function identity(
  flat: Record<string, Value>,
  registries: Registries = smallRegistries,
  seed = 1,
  data = "f",
): Identity {
  return identify(settingsOf(flat, registries), seed, fingerprintsOf({ dataset: () => data }), registries);
}

const adam: Component = smallRegistries.optimizer.get("adam");

describe("settings: identity", () => {
  it("is 16 hexadecimal digits that stay what they are", () => {
    // Any change here gives every stored trial a new name, so that all studies run again: it needs a reason.
    const sha = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
    const part = (name: string, settings = "{}"): string => `{"name":"${name}","revision":1,"settings":${settings}}`;
    const parts = [
      part("shapes", '{"imageSize":32}'),
      part("small"),
      part("plain"),
      part("kd", '{"scaling":"none","temperature":0.3}'),
      part("adam"),
      part("none"),
      part(""),
    ].join(",");
    const flat = { "dataset.imageSize": 32, "loss.temperature": 0.1 + 0.2, "loss.scaling": "none" };
    assert.deepEqual(identity(flat), {
      id: sha(`{"groups":[${parts}],"data":"f","seed":1}`),
      configuration: sha(`{"groups":[${parts}],"data":"f"}`),
    });
  });

  it("of the project's own trials stays what it is", () => {
    // Origin: this function, before data sets had a test split or unlabelled images.
    const own = (flat: Record<string, Value>): Identity => identity(flat, registries);
    assert.deepEqual(own({}), { id: "ddca70d38d97dea2", configuration: "5d975ccfa2310e76" });
    const folder = { "dataset.name": "image_folder", "dataset.path": "x", "dataset.imageSize": 64 };
    const known = { id: "80ee4faf02f37742", configuration: "e8259f71eb39d156" };
    assert.deepEqual(own(folder), known);
    const filtered = { ...folder, "dataset.unlabelledFilter": 0.5, "dataset.unlabelledBalance": true };
    assert.deepEqual(own(filtered), known); // there is nothing to filter
    const ids = [
      folder,
      { ...folder, "dataset.labelledFraction": 0.1 },
      { ...filtered, "dataset.labelledFraction": 0.1 },
      { ...folder, "dataset.testFraction": 0.1 },
      { ...folder, "dataset.stratified": true },
    ].map((flat) => own(flat).id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("is the same for a default that is given and one that is not", () => {
    assert.deepEqual(identity({ "loss.temperature": 4, "training.epochs": 10 }), identity({}));
  });

  it("changes with a setting, the seed and the data", () => {
    const ids = [
      identity({}),
      identity({ "loss.temperature": 5 }),
      identity({ "student.type": "wide" }),
      identity({ "loss.type": "mse" }),
      identity({ "training.epochs": 11 }),
      identity({ "dataset.imageSize": 32 }),
      identity({}, smallRegistries, 2),
      identity({}, smallRegistries, 1, "g"),
    ].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("gives replicates, of the student and of the teacher, one configuration", () => {
    const first = identity({});
    for (const other of [identity({}, smallRegistries, 2), identity({ "teacher.seed": 7 })]) {
      assert.notEqual(other.id, first.id);
      assert.equal(other.configuration, first.configuration);
    }
    assert.notEqual(identity({ "teacher.epochs": 7 }).configuration, first.configuration);
    assert.notEqual(identity({}, smallRegistries, 1, "g").configuration, first.configuration);
  });

  it("leaves ids as they are when a component gets a new setting with a default", () => {
    const grown = withComponent("optimizer", {
      ...adam,
      settings: adam.settings.extend({ clip: z.number().default(0), warmup: z.int().default(0) }),
    });
    assert.deepEqual(identity({ "optimizer.learningRate": 0.5 }, grown), identity({ "optimizer.learningRate": 0.5 }));
    assert.notEqual(identity({ "optimizer.clip": 1 }, grown).id, identity({}).id);
  });

  it("leaves ids as they are when a component with a canonical form gets a new setting with a default", () => {
    const component = (extra: z.ZodRawShape): Component => ({
      ...adam,
      settings: adam.settings.extend(extra),
      canonical: (settings) => ({ ...settings, rate: 1 }),
    });
    const before = withComponent("optimizer", component({}));
    const after = withComponent("optimizer", component({ clip: z.number().default(0) }));
    assert.deepEqual(
      identity({ "optimizer.learningRate": 0.5 }, after),
      identity({ "optimizer.learningRate": 0.5 }, before),
    );
  });

  it("changes when a component's revision is raised, for its own trials alone", () => {
    const revised = withComponent("optimizer", { ...adam, revision: 2 });
    assert.notEqual(identity({}, revised).id, identity({}).id);
    assert.notEqual(identity({}, revised).configuration, identity({}).configuration);
    assert.deepEqual(identity({ "optimizer.type": "sgd" }, revised), identity({ "optimizer.type": "sgd" }));
  });

  it("counts a data set by its content, not by its path", () => {
    const folder = (path: string): Record<string, Value> => ({ "dataset.name": "folder", "dataset.path": path });
    assert.deepEqual(identity(folder("/a")), identity(folder("/b/c")));
    assert.notEqual(identity(folder("/a")).id, identity({}).id);
  });

  it("counts no path that has a default either", () => {
    const registries = withComponent("augmentation", {
      name: "masks",
      summary: "",
      revision: 1,
      settings: z.object({ folder: z.string().default("masks") }),
      contentSettings: ["folder"],
    });
    const masks = (folder: string): Identity =>
      identity({ "augmentation.type": "masks", "augmentation.folder": folder }, registries);
    assert.deepEqual(masks("/a"), masks("masks"));
  });

  it("counts weights by their share: a canonical form", () => {
    const weights = (alpha: number, beta: number): Record<string, Value> => ({
      "loss.type": "both",
      "loss.alpha": alpha,
      "loss.beta": beta,
    });
    assert.deepEqual(identity(weights(0.1, 0.1)), identity(weights(0.5, 0.5)));
    assert.deepEqual(identity(weights(9, 1)), identity({ "loss.type": "both" }));
    assert.notEqual(identity(weights(0.1, 0.2)).id, identity(weights(0.2, 0.1)).id);
  });

  it("tells a canonical form that lacks a key of the defaults' from the defaults", () => {
    const registries = withComponent("optimizer", {
      ...adam,
      canonical: (settings) => ("learningRate" in settings && settings.learningRate === 1 ? {} : { ...settings }),
    });
    assert.notEqual(identity({ "optimizer.learningRate": 1 }, registries).id, identity({}, registries).id);
  });

  it("gives replicates of a teacher whose seed must be given one configuration", () => {
    const registries = withComponent("teacher", {
      name: "given",
      summary: "",
      revision: 1,
      settings: z.object({ seed: z.int() }),
    });
    const teacher = (seed: number): Identity =>
      identity({ "teacher.backbone": "given", "teacher.seed": seed }, registries);
    assert.notEqual(teacher(3).id, teacher(4).id);
    assert.equal(teacher(3).configuration, teacher(4).configuration);
  });

  it("does not tell teachers apart where the loss uses none", () => {
    const hard = { "loss.type": "hard" };
    assert.deepEqual(identity({ ...hard, "teacher.backbone": "big", "teacher.seed": 3 }), identity(hard));
  });

  it("counts a needed setting that no path names", () => {
    const registries = withComponent("augmentation", {
      name: "rotate",
      summary: "",
      revision: 1,
      settings: z.object({ degrees: z.number() }),
    });
    const rotated = (degrees: number): string =>
      identity({ "augmentation.type": "rotate", "augmentation.degrees": degrees }, registries).id;
    assert.notEqual(rotated(10), rotated(20));
  });

  it("depends neither on the order of keys nor on how a number is written", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.boolean(),
        (temperature, epochs, reversed) => {
          const entries: [string, Value][] = [
            ["loss.temperature", temperature],
            ["training.epochs", epochs],
            ["teacher.epochs", epochs],
          ];
          const written: [string, Value][] = entries.map(([key, value]) => [key, Number(String(Number(value)))]);
          const other = Object.fromEntries(reversed ? written.reverse() : written);
          assert.deepEqual(identity(other), identity(Object.fromEntries(entries)));
        },
      ),
    );
  });

  it("tells settings apart that differ in more than the 12th digit, and only those", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 100, noNaN: true }), (temperature) => {
        const id = (value: number): string => identity({ "loss.temperature": value }).id;
        assert.notEqual(id(temperature), id(temperature * (1 + 1e-9)));
        assert.equal(id(0.1 + 0.2), id(0.3));
      }),
    );
  });
});
