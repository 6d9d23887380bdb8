/**
 * A process of its own that ensures one artifact: `node maker.js <cache folder> <milliseconds> <note> [large]`.
 * Adds a line to the file `note` when it starts to make it, and prints the artifact's fate as JSON.
 */
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ArtifactCache } from "../../src/artifacts/cache.js";
import { images } from "./specs.js";

const [root = "", milliseconds = "0", note = "", large] = process.argv.slice(2);
const cache = new ArtifactCache(root, (line) => {
  console.error(line);
});
const { checksum, data, reused } = await cache.ensure(images, async () => {
  appendFileSync(note, `${process.pid}\n`);
  await sleep(Number(milliseconds));
  return { info: { by: "maker" }, data: new Uint8Array(large === undefined ? 1000 : 400_000_000).fill(7) };
});
console.log(JSON.stringify({ reused, checksum, bytes: data.length }));
