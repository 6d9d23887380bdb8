import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ArtifactCache } from "../../src/artifacts/cache.js";
import { listArtifacts } from "../../src/artifacts/inventory.js";
import { StudyReader } from "../../src/store/reader.js";
import { Random } from "../../src/trial/random.js";
import { exited, place, startKdSweep, trainingProcessOf, type Place } from "../support/small-study.js";

const sweep = `
name: chaos
seeds: 2
dataset: { name: petals, imageSize: 16, images: 100 }
teacher: { backbone: convnet_s, epochs: 3 }
training: { epochs: 6, batchSize: 16 }
parameters:
  loss.type: { values: [hard, kd, mse] }
  augmentation.type: { values: [none, flip_crop], when: { loss.type: kd } }
baseline: { loss.type: hard }
`;

/** What is killed: the command, the training process, or both at once. */
const victims = ["command", "training", "both"] as const;
export type Victim = (typeof victims)[number];

export interface ChaosReport {
  readonly kills: Readonly<Record<Victim, number>>;
  /** How many studies were trained to their end among the kills. */
  readonly studies: number;
}

interface Told {
  readonly type: string;
  readonly trial?: string;
  readonly metrics?: { readonly epoch: number };
  readonly restored?: boolean;
  readonly message?: string;
}

/**
 * Kills a real study at random moments, with `kill -9`, and goes on with it each time; finished ones are compared with an
 * undisturbed run, bit for bit, and begun anew until all kills are spent.
 *
 * @param seed of the moments and victims, for a run to be repeated
 * @throws AssertionError for anything lost, changed, damaged or run twice
 */
export async function chaos(
  folder: string,
  { kills, seed, log }: { readonly kills: number; readonly seed: number; readonly log: (line: string) => void },
): Promise<ChaosReport> {
  const random = new Random(seed);
  const started = performance.now();
  const undisturbed = studyIn(folder, "undisturbed");
  assert.equal(await exited(run(undisturbed, () => undefined)), 0);
  const duration = performance.now() - started;
  const expected = findings(undisturbed);

  const count: Record<Victim, number> = { command: 0, training: 0, both: 0 };
  let left = kills;
  let studies = 0;
  while (left > 0 || studies === 0) {
    const at = studyIn(folder, `study-${studies + 1}`);
    const trained = new Map<string, number>();
    for (let finished = false; !finished;) {
      const child = run(at, (told) => {
        if (told.type === "warning") assert.doesNotMatch(told.message ?? "", /in the cache/, "a damaged artifact");
        if (told.type !== "trial-epoch" || told.restored === true) return;
        const epoch = `${told.trial ?? ""} ${told.metrics?.epoch ?? 0}`;
        trained.set(epoch, (trained.get(epoch) ?? 0) + 1);
      });
      let errors = "";
      child.stderr?.on("data", (data: Buffer) => (errors += data.toString()));
      const ended = exited(child);
      for (;;) {
        const moment = left > 0 ? sleep(random.float() * 0.4 * duration, "time") : new Promise<never>(() => undefined);
        const what = await Promise.race([moment, ended]);
        if (what !== "time") {
          finished = what === 0;
          // Killed twice while it starts, the training process is given up, and the same command goes on later.
          const givenUp = what === 3 && errors.includes("did not start (signal SIGKILL)");
          if (!finished && !givenUp) assert.equal(what, null, `the command ended with ${String(what)}: ${errors}`);
          break;
        }
        const victim = victims[Math.floor(random.float() * victims.length)] ?? "command";
        if (!kill(child, victim)) continue;
        left--;
        count[victim]++;
        log(`kill ${kills - left} of ${kills}: ${victim}, study ${studies + 1}`);
      }
    }
    studies++;
    assert.deepEqual(findings(at), expected);
    const repeated = [...trained].filter(([, times]) => times > 1).map(([epoch]) => epoch);
    assert.deepEqual(repeated, [], "epochs were trained again that had been told");
    await checkArtifacts(at);
  }
  return { kills: count, studies };
}

function studyIn(folder: string, name: string): Place {
  const own = join(folder, name);
  mkdirSync(own);
  return place(own, sweep);
}

function run(at: Place, hear: (told: Told) => void): ChildProcess {
  const child = startKdSweep(at, ["run", at.sweep, "--workers", "2", "--retries", "100", "--json"]);
  if (child.stdout === null) throw new Error("no output");
  createInterface(child.stdout).on("line", (line) => {
    // A killed command may leave half a line.
    if (line.endsWith("}")) hear(JSON.parse(line) as Told);
  });
  return child;
}

/** @returns false where the victim does not run (yet) */
function kill(command: ChildProcess, victim: Victim): boolean {
  const training = victim === "command" ? undefined : trainingProcessOf(command.pid ?? 0);
  if (victim !== "command" && training === undefined) return false;
  try {
    if (victim !== "training") command.kill("SIGKILL");
    if (training !== undefined) process.kill(training, "SIGKILL");
    return true;
  } catch {
    return victim !== "training";
  }
}

/** All that a study found, without times; and that each trial was completed by its last attempt, and by no other. */
function findings(at: Place): unknown {
  const reader = StudyReader.open(join(at.results, "chaos"));
  try {
    const snapshot = reader.snapshot();
    return snapshot.trials.map(({ spec, state, attempts, epochs, result }) => {
      const complete = attempts.map((attempt) => attempt.state === "complete");
      assert.equal(
        complete.indexOf(true),
        complete.length - 1,
        `trial ${spec.id} was tried again when it was complete`,
      );
      return {
        id: spec.id,
        state,
        epochs: epochs.map((epoch) => ({ ...epoch, seconds: 0 })),
        best: result?.best.epoch,
        teacher: result?.teacherChecksum,
        logits: snapshot.validationLogits(spec.id),
      };
    });
  } finally {
    reader.close();
  }
}

async function checkArtifacts(at: Place): Promise<void> {
  const entries = await listArtifacts(at.cache);
  assert.ok(entries.length > 0);
  for (const { what, unfinished } of entries) assert.ok(what !== null && !unfinished, "a damaged or half artifact");
  const damaged: string[] = [];
  const cache = new ArtifactCache(at.cache, (line) => damaged.push(line));
  for (const { kind, key } of entries) {
    const header = JSON.parse(readFileSync(join(at.cache, "artifacts", kind, key, "info.json"), "utf8")) as {
      readonly spec: Parameters<ArtifactCache["read"]>[0];
    };
    assert.ok((await cache.read(header.spec)) !== undefined);
  }
  assert.deepEqual(damaged, []);
}
