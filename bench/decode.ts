/*
 * All photos of a folder of class folders to one uint8 array: kd-sweep's image_folder (read, checked, decoded, resized,
 * split) beside Keras's image_dataset_from_directory, both with as many threads as there are cores.
 *
 *   pip install -r bench/peers/requirements.txt
 *   npm run bench:decode -- --photos=FOLDER [--json] [--python=python3] [--rounds=5] [--only=TEXT]
 */
import { benchOptions, ownScript, peerScript } from "./options.js";
import { Rows } from "./rows.js";
import { alternate, Side } from "./side.js";

const options = benchOptions(5, { photos: "" });
const { photos } = options.own;
if (photos === "") {
  console.error("--photos: expected a folder that holds one folder of photos per class, found none");
  process.exit(1);
}
const rows = new Rows(options.json, `photos of ${photos} to one array`);

for (const size of [224, 128]) {
  const name = `decode and resize to ${size} px`;
  if (!name.includes(options.only)) continue;
  const measured = await alternate(
    () => Side.start(process.execPath, [ownScript("decode-side.js"), photos, size], process.env),
    () => Side.start(options.python, [peerScript("decode.py"), photos, size], process.env),
    options.rounds,
  );
  rows.add({ name, ...measured });
}
