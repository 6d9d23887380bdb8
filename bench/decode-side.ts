/** kd-sweep's side of bench/decode.ts: the image array of a folder. Arguments: the folder, the side in pixels. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { datasets } from "../src/data/registry.js";

const [path = "", size = "224"] = process.argv.slice(2);
const folder = datasets.get("image_folder");
const settings = folder.settings.parse({ path, imageSize: Number(size) });

async function run(): Promise<number> {
  // Nothing remembered, as the first time: each file is read to be known, and again to be decoded.
  const cache = mkdtempSync(join(tmpdir(), "kd-sweep-bench-"));
  try {
    const start = performance.now();
    await folder.make(settings, await folder.fingerprint(settings, cache), cache);
    return (performance.now() - start) / 1000;
  } finally {
    rmSync(cache, { recursive: true });
  }
}

await run();
console.log("ready");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
while ((await lines.next()).done !== true) console.log(await run());
