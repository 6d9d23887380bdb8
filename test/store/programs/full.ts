// Writes trials until the disk is full, then reads what is there: `full <folder>`.
import { join } from "node:path";
import { StudyReader } from "../../../src/store/reader.js";
import { openStudy } from "../../../src/store/sqlite.js";
import { UserError } from "../../../src/trial/issue.js";
import { complete, environment, metrics, plan } from "../samples.js";

const folder = join(process.argv[2] ?? "", "study");
const store = openStudy(folder, { create: true });
const planned = plan([...Array(200).keys()]);
store.plan(planned);
store.environment(environment);
let finished = 0;
try {
  for (const { id } of planned.trials) {
    const attempt = store.begin(id, 0);
    for (let epoch = 1; epoch <= 5; epoch++) store.epoch(attempt, metrics(epoch));
    store.finish(attempt, complete({ final: metrics(5), validationLogits: new Float32Array(3000) }));
    finished++;
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.log(`${finished}\n${error.exitCode}\n${error.message}`);
}
store.close();
const reader = StudyReader.open(folder);
console.log(reader.snapshot().trials.filter(({ state, epochs }) => state === "complete" && epochs.length === 5).length);
reader.close();
