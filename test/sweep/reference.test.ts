import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse as parseYaml, stringify } from "yaml";
import { parseSweep } from "../../src/sweep/parse.js";
import { generatedMark, referenceMarkdown } from "../../src/sweep/reference/markdown.js";
import { sweepFileJsonSchema, sweepFileSchema } from "../../src/sweep/reference/schema.js";
import { formatIssue } from "../../src/trial/issue.js";
import { smallRegistries } from "../settings/small-registries.js";
import { file, rich } from "./random-files.js";

// Tests run in the project's root.
const shipped = ["sweeps", join("sweeps", "base")].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name)),
);
const page = readFileSync(join("docs", "sweep-file.md"), "utf8");
const schema = sweepFileSchema();
const small = sweepFileSchema(smallRegistries);

/** Tables are padded by the formatter. */
const unpadded = (text: string): string => text.replace(/ +/g, " ").replace(/-{3,}/g, "---").trim();

describe("sweep: reference", () => {
  it("has a JSON Schema that is up to date (npm run reference)", () => {
    const written: unknown = JSON.parse(readFileSync(join("sweeps", "sweep.schema.json"), "utf8"));
    assert.deepEqual(written, JSON.parse(JSON.stringify(sweepFileJsonSchema())));
  });

  it("has a page that is up to date (npm run reference)", () => {
    const [, generated = ""] = page.split(generatedMark);
    assert.equal(unpadded(generated), unpadded(referenceMarkdown()));
  });

  it("shows examples that fit the schema", () => {
    const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);
    assert.ok(examples.length > 5);
    for (const example of examples) assert.ok(schema.safeParse(parseYaml(example) ?? {}).success, example);
  });
});

describe("sweep: the schema", () => {
  for (const path of shipped) {
    it(`is named by ${path}, which fits it and can be read`, () => {
      const text = readFileSync(path, "utf8");
      const depth = path.split(/[/\\]/).length - 2;
      assert.equal(text.split("\n")[0], `# yaml-language-server: $schema=${"../".repeat(depth)}sweep.schema.json`);
      assert.ok(schema.safeParse(parseYaml(text)).success);
      const read = (other: string): { text: string } => ({ text: readFileSync(other, "utf8") });
      const parsed = parseSweep(text, path, [], { read });
      assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
    });
  }

  it("takes every file that the reader takes", () => {
    fc.assert(
      fc.property(fc.oneof(file, rich), (one) => {
        const text = stringify(one);
        fc.pre(parseSweep(text, "x.yaml", [], { registries: smallRegistries }).ok);
        const result = small.safeParse(parseYaml(text));
        assert.ok(result.success, result.success ? "" : result.error.message);
      }),
    );
  });

  const refused = [
    "nme: x",
    "loss: { typ: kd }",
    "loss.type: kdd",
    "method: bayes",
    "parameters: { loss.type: [kd, mse] }",
    "parameters: { loss.temperature: { values: [-1] } }",
    "zip: { loss.alpha: [1], loss.beta: [1] }",
    "comparisons: [{ where: { loss.type: kd } }]",
    "execution: { timeout: 90 }",
  ];
  for (const text of refused) {
    it(`refuses ${text}, as the reader does`, () => {
      assert.ok(!small.safeParse(parseYaml(text)).success);
      assert.ok(!parseSweep(text, "x.yaml", [], { registries: smallRegistries }).ok);
    });
  }
});
