import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import sharp from "sharp";
import { program, repository } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

/** Nothing here trains for its results: one seed, one epoch, few and small images. */
const short = "--set seeds=1 --set training.epochs=1 --set teacher.epochs=1";
const tiny = `${short} --set dataset.images=60 --set dataset.imageSize=16`;
const photos = `${short} --set dataset.name=image_folder --set dataset.path=$FLOWERS --set dataset.imageSize=32 --set teacher.backbone=convnet_s`;

/** How a command of the documentation is tried: with what behind it, by whom else, or why not. */
type Trial = { readonly with: string } | { readonly by: string } | { readonly not: string };

const trials: Readonly<Record<string, Trial>> = {
  "npm ci": { by: ".ci/run" },
  "npm start": { by: ".ci/run" },
  "npm test": { by: ".ci/run" },
  "npm run test:portable": { by: ".ci/run" },
  "npm run lint": { by: ".ci/run" },
  "npm run test:package": { by: ".ci/run" },
  "npm run test:nodes": { not: "it fetches three Node versions and takes minutes" },
  "npm install --ignore-scripts kd-sweep-0.1.0.tgz": { not: "npm run test:package does it" },
  "npx kd-sweep quickstart": { not: "npm run test:package does it" },
  "npx kd-sweep init photos --to my-sweep.yaml": { with: "" },
  "npx kd-sweep run my-sweep.yaml": {
    with: `${short} --set dataset.imageSize=32 --set teacher.backbone=convnet_s`,
  },
  "npm run format": { not: "it would change the files under test" },
  "npx kd-sweep run sweeps/losses.yaml": { with: photos },
  "npx kd-sweep run sweeps/teacher-preprocessing.yaml --set seeds=1 --set training.epochs=1 --set dataset.name=image_folder --set dataset.path=$FLOWERS --set teacher.weights=$WEIGHTS":
    { with: photos },
  "npx kd-sweep plan sweeps/quickstart.yaml": { with: tiny },
  "npx kd-sweep run sweeps/quickstart.yaml": { with: tiny },
  "npx kd-sweep status results/quickstart": { with: "" },
  "npx kd-sweep compare results/quickstart --by loss.type": { with: "" },
  "npx kd-sweep run sweeps/losses.yaml --results again --set dataset.imageSize=128 --set dataset.name=image_folder --set dataset.path=$FLOWERS --set teacher.weights=$WEIGHTS":
    { with: photos },
  "npx kd-sweep verify results/quickstart": { with: "" },
  "pip install -r bench/peers/requirements.txt": { not: "half a gigabyte, which only the benches need" },
  "npm run bench:train-step": { not: "it needs the peers' Python" },
  "npm run bench:backbone": { not: "it needs the peers' Python" },
  "npm run bench:overhead": { not: "it needs the peers' Python" },
  "npm run bench:study -- --photos=$FLOWERS --weights=<MobileNetV2 1.0's .h5> --images=250": {
    not: "it needs the peers' Python",
  },
  'python -c \'import keras; keras.models.load_model("teacher.keras").export("teacher_saved")\'': {
    not: "it needs Keras",
  },
  "tensorflowjs_converter --input_format=tf_saved_model --output_format=tfjs_graph_model teacher_saved my-teacher": {
    not: "it needs tensorflowjs, a Python package",
  },
};

/** The studies that stand in the repository; what compares them is tried as it is. */
const published = readdirSync(join(repository, "results"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && /-\d+px$/.test(entry.name))
  .map(({ name }) => name);

function isOfPublished(command: string): boolean {
  return published.some((study) => command.startsWith(`npx kd-sweep compare results/${study} `));
}

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(repository, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

function blocks(page: string, language: string): string[] {
  const text = readFileSync(join(repository, page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(([, block]) => block ?? "");
}

/** Each command of a block on one line, without its comment. */
function commandsOf(block: string): string[] {
  return block
    .replace(/\\\n\s*/g, "")
    .replace(/\s+#.*$/gm, "")
    .split(/\n(?=\S)|&&/)
    .map((command) => command.trim())
    .filter((command) => command !== "");
}

describe("the documentation", function () {
  this.timeout(180_000);
  const { path: folder } = temporaryFolder();
  const env = {
    ...process.env,
    KD_SWEEP_CACHE: join(folder, "cache"),
    FLOWERS: join(folder, "flowers"),
    WEIGHTS: join(folder, "weights"),
    PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
  };

  function shell(command: string): Promise<{ code: number; output: string }> {
    return new Promise((resolve) => {
      execFile("sh", ["-ec", command], { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });
  }

  before(async () => {
    symlinkSync(join(repository, "sweeps"), join(folder, "sweeps"));
    mkdirSync(join(folder, "results"));
    for (const study of published) symlinkSync(join(repository, "results", study), join(folder, "results", study));
    mkdirSync(join(folder, "bin"));
    const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${program}' "$@"\n`;
    writeFileSync(join(folder, "bin", "npx"), npx, { mode: 0o755 });
    for (const [index, name] of ["daisy", "roses"].entries()) {
      mkdirSync(join(env.FLOWERS, name), { recursive: true });
      for (let photo = 0; photo < 30; photo++) {
        const background = { r: 200 * index, g: 7 * photo, b: 90 };
        const image = sharp({ create: { width: 40, height: 32, channels: 3, background } });
        await image.jpeg().toFile(join(env.FLOWERS, name, `${photo}.jpg`));
      }
    }
    symlinkSync(env.FLOWERS, join(folder, "photos"));
    const { code, output } = await shell(`npx kd-sweep run sweeps/quickstart.yaml ${tiny}`);
    assert.equal(code, 0, output);
  });

  for (const page of pages) {
    for (const command of blocks(page, "sh").flatMap(commandsOf)) {
      const query = command.startsWith("sqlite3 ");
      it(`${page}: ${command.split("\n", 1)[0] ?? ""}`, async function () {
        const trial = query || isOfPublished(command) ? { with: "" } : trials[command];
        assert.ok(trial !== undefined, `nothing tries this command: ${command}`);
        if ("by" in trial) {
          assert.ok(readFileSync(join(repository, trial.by), "utf8").includes(command));
          return;
        }
        if ("not" in trial || (query && spawnSync("sqlite3", ["--version"]).error !== undefined)) this.skip();
        const { code, output } = await shell(`${command} ${trial.with}`);
        assert.equal(code, 0, output);
      });
    }
  }

  it("docs/store.md: the example for pandas (needs it)", async function () {
    if (spawnSync("python3", ["-c", "import pandas"]).status !== 0) this.skip();
    const [example = ""] = blocks("docs/store.md", "python");
    writeFileSync(join(folder, "example.py"), example);
    const { code, output } = await shell("python3 example.py");
    assert.equal(code, 0, output);
    const [found, stored] = output.trim().split("\n").at(-1)?.split(" ") ?? [];
    assert.equal(found, stored);
  });

  it("names commands that are there", async () => {
    const text = pages.map((page) => readFileSync(join(repository, page), "utf8")).join("\n");
    const names = new Set([...text.matchAll(/`kd-sweep ([a-z]+)/g)].map(([, name]) => name ?? ""));
    assert.ok(names.size > 5);
    const { output } = await shell("npx kd-sweep --help");
    for (const name of names) assert.match(output, new RegExp(`kd-sweep ${name}\\b`));
  });

  it("links to files that are there", () => {
    for (const page of pages) {
      const text = readFileSync(join(repository, page), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
        if (!target.includes("://")) assert.ok(existsSync(join(repository, page, "..", target)), `${page}: ${target}`);
      }
    }
  });
});
