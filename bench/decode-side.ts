/** kd-sweep's side of bench/decode.ts: the image array of a folder. Arguments: the folder, the side in pixels. */
import { createInterface } from "node:readline";
import { datasets } from "../src/data/registry.js";

const [path = "", size = "224"] = process.argv.slice(2);
const folder = datasets.get("image_folder");
const settings = folder.settings.parse({ path, imageSize: Number(size) });

async function run(): Promise<number> {
  const start = performance.now();
  await folder.make(settings, undefined, "");
  return (performance.now() - start) / 1000;
}

await run();
console.log("ready");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
while ((await lines.next()).done !== true) console.log(await run());
