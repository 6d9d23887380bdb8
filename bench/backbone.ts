/*
 * MobileNetV2 1.0, batch 32: inference and fine-tuning step, kd-sweep beside Keras in graph mode on the same TensorFlow.
 *
 *   pip install -r bench/peers/requirements.txt
 *   npm run bench:backbone -- [--json] [--python=python3] [--rounds=7] [--only=TEXT] [--peer-tuned]
 */
import { trainingEnvironment } from "../src/tensorflow/process-environment.js";
import { benchOptions, ownScript, peerEnvironment, peerScript } from "./options.js";
import { Rows } from "./rows.js";
import { alternate, Side } from "./side.js";

const options = benchOptions(7, {});
const batch = 32;
const rows = new Rows(options.json, `MobileNetV2 1.0, batch ${batch}`);

for (const threads of [1, 2]) {
  for (const size of [128, 224]) {
    for (const task of ["inference", "step"]) {
      const name = `mobilenet_v2_1.0 ${task} ${size} px, threads ${threads}`;
      if (!name.includes(options.only)) continue;
      const args = [task, size, batch, threads, size >= 200 ? 1 : 2];
      const measured = await alternate(
        () =>
          Side.start(
            process.execPath,
            [ownScript("backbone-side.js"), ...args],
            trainingEnvironment(process.env, threads),
          ),
        () => Side.start(options.python, [peerScript("backbone.py"), ...args], peerEnvironment(options, threads)),
        options.rounds,
      );
      rows.add({ name, ...measured });
    }
  }
}
