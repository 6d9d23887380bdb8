/*
 * A whole study from photos to its best student: twelve shallow students of two epochs under one MobileNetV2 teacher that
 * is fine-tuned for one epoch; kd-sweep's command beside the article's loop (the teacher in every step) under Optuna with
 * Keras. Both start with nothing but the photos and the weight file, and may use all cores.
 *
 *   pip install -r bench/peers/requirements.txt
 *   npm run bench:study -- --photos=FOLDER --weights=FILE [--images=640] [--sizes=128,224]
 *                          [--json] [--python=python3] [--rounds=1] [--peer-tuned]
 *
 * FOLDER holds one folder of JPEG files per class; of each class the same share is taken, in the order of the names.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { median } from "simple-statistics";

import { cacheFolder } from "../src/artifacts/cache-folder.js";
import { benchOptions, peerEnvironment, peerScript } from "./options.js";
import { Rows } from "./rows.js";

const options = benchOptions(1, { photos: "", weights: "", images: "640", sizes: "128,224" });
const { photos } = options.own;
// The sweep file that names it stands elsewhere.
const weights = options.own.weights === "" ? "" : resolve(options.own.weights);
if (photos === "" || weights === "") {
  console.error("bench/study needs --photos=<folder of class folders> and --weights=<MobileNetV2 1.0's .h5 file>");
  process.exit(1);
}

const command = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));

/** The same photos for both sides. */
function takePhotos(to: string): void {
  const files = readdirSync(photos, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(photos, name))
        .sort()
        .map((file) => join(name, file)),
    );
  const every = Math.max(1, files.length / Number(options.own.images));
  for (let place = 0; place < files.length; place += every) {
    const file = files[Math.floor(place)];
    if (file !== undefined) cpSync(join(photos, file), join(to, file));
  }
}

function sweep(folder: string, size: number): string {
  return JSON.stringify({
    name: "study",
    method: "grid",
    seeds: [1],
    dataset: { name: "image_folder", path: folder, imageSize: size },
    teacher: { backbone: "mobilenet_v2_1.0", weights, preprocessing: "article", epochs: 1 },
    training: { epochs: 2 },
    parameters: {
      "loss.temperature": { values: [1, 3, 5, 10] },
      "loss.alpha": { values: [0.1, 0.5, 0.9] },
    },
  });
}

/** Seconds of a command that must end well. */
function timed(name: string, args: readonly string[], environment: NodeJS.ProcessEnv): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(name, args, { env: environment, encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${String(status)}:\n${stderr.slice(-2000)}`);
  return (performance.now() - start) / 1000;
}

function ours(folder: string, size: number): number {
  const file = join(folder, "..", "sweep.yaml");
  writeFileSync(file, sweep(folder, size));
  const results = join(folder, "..", "results");
  const cache = join(folder, "..", "cache");
  mkdirSync(cache);
  // TensorFlow is there already, as it is for the peer; images, teacher and logits are not.
  for (const name of readdirSync(cacheFolder())) {
    if (name.startsWith("tensorflow-")) symlinkSync(join(cacheFolder(), name), join(cache, name));
  }
  const environment = { ...process.env, KD_SWEEP_CACHE: cache };
  return timed(process.execPath, [command, "run", file, "--results", results], environment);
}

function peer(folder: string, size: number): number {
  const args = [peerScript("study.py"), folder, weights, String(size), join(folder, "..", "optuna.sqlite")];
  return timed(options.python, args, peerEnvironment(options, availableParallelism()));
}

const rows = new Rows(options.json, "Twelve students of one teacher", ["kd-sweep", "Optuna"]);
for (const size of options.own.sizes.split(",").map(Number)) {
  const seconds: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round < options.rounds; round++) {
    const scratch = mkdtempSync(join(tmpdir(), "kd-sweep-bench-"));
    try {
      for (const side of ["ours", "peer"] as const) {
        const folder = join(scratch, side, "photos");
        mkdirSync(folder, { recursive: true });
        takePhotos(folder);
        seconds[side].push((side === "ours" ? ours : peer)(folder, size));
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  rows.add({ name: `study ${size} px`, ours_s: median(seconds.ours), peer_s: median(seconds.peer) });
}
