// The large chaos test: `npm run test:chaos`, with CHAOS_KILLS (100) kills from CHAOS_SEED (the day's).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chaos } from "./chaos.js";

const kills = Number(process.env.CHAOS_KILLS ?? 100);
const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Date.now() / 86_400_000));
const folder = mkdtempSync(join(tmpdir(), "kd-sweep-chaos-"));
console.log(`${kills} kills from CHAOS_SEED=${seed}, in ${folder}`);
const started = performance.now();
const report = await chaos(folder, {
  kills,
  seed,
  log: (line) => {
    console.log(line);
  },
});
rmSync(folder, { recursive: true });
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(
  `${report.studies} studies equal to the undisturbed one bit for bit, after ${report.kills.command} kills of the command, ` +
    `${report.kills.training} of the training process and ${report.kills.both} of both, in ${minutes} min`,
);
