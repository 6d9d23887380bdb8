// Writes to a study until it is killed, and says each call that has returned: `write <folder> <trials>`.
import { writeSync } from "node:fs";
import { openStudy } from "../../../src/store/sqlite.js";
import { complete, environment, failed, metrics, plan } from "../samples.js";

const [folder = "", count = "0"] = process.argv.slice(2);
const store = openStudy(folder, { create: true });
const planned = plan([...Array(Number(count)).keys()]);
store.plan(planned);
const number = store.environment(environment);
const say = (line: string): void => void writeSync(1, `${line}\n`);
say("planned");
for (const [index, trial] of planned.trials.entries()) {
  if (store.states().get(trial.id) !== "waiting") continue;
  const attempt = store.begin(trial.id, number);
  say(`begun ${index} ${attempt.number}`);
  for (let epoch = 1; epoch <= 5; epoch++) {
    store.epoch(attempt, metrics(epoch, { train_loss: index + epoch / 7 }));
    say(`epoch ${index} ${epoch}`);
  }
  const last = { final: metrics(5, { train_loss: index + 5 / 7 }), best: metrics(1, { train_loss: index + 1 / 7 }) };
  store.finish(attempt, index % 4 === 3 ? failed() : complete(last));
  say(`finished ${index}`);
}
store.close();
say("closed");
