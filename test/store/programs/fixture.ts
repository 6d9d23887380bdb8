// Writes a study of the present format and what reading it must give: `node dist/test/store/programs/fixture.js`, at the
// top of the repository. Run once for each format; what is committed is never written again.
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StudyReader } from "../../../src/store/reader.js";
import { formatVersion } from "../../../src/store/schema.js";
import { openStudy } from "../../../src/store/sqlite.js";
import { plain } from "../plain.js";
import { artifacts, complete, environment, failed, finished, metrics, plan, trial } from "../samples.js";

const target = join("test", "store", "fixtures", `format-${formatVersion}`);
if (existsSync(`${target}.sqlite`)) throw new Error(`${target}.sqlite is there already`);

const folder = mkdtempSync(join(tmpdir(), "kd-sweep-fixture-"));
const store = openStudy(folder, { create: true });
store.plan(plan([0, 1, 2, 3, 4, 6]));
store.environment(environment);
store.environment({ ...environment, processor: "Another processor", gitRevision: "0123abc" });
for (const record of artifacts) store.artifact(record);
const first = store.begin(trial(0).id, 0);
for (const epoch of [1, 2, 3]) store.epoch(first, metrics(epoch));
store.finish(first, complete({ final: metrics(3), best: metrics(2) }));
const second = store.begin(trial(1).id, 0);
store.epoch(second, metrics(1));
store.finish(second, failed("the worker ended"), { retry: true });
store.finish(store.begin(trial(1).id, 1), complete());
const third = store.begin(trial(2).id, 1);
store.epoch(third, metrics(1));
store.finish(third, failed());
store.finish(store.begin(trial(4).id, 0), complete());
store.adopt(finished(6));
store.plan(plan([3, 2, 1, 0, 6, 5], { waitsFor: { [trial(5).id]: "a folder of photos, found nothing" } }));
// Left running, as a killed process leaves it.
store.epoch(store.begin(trial(3).id, 1), metrics(1));
store.close();

const reader = StudyReader.open(folder);
writeFileSync(`${target}.json`, `${JSON.stringify(plain(reader), null, 2)}\n`);
reader.close();
copyFileSync(join(folder, "study.sqlite"), `${target}.sqlite`);
rmSync(folder, { recursive: true });
