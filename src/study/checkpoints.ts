import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TrialId } from "../trial/spec.js";

/** The checkpoints of a study's unfinished trials, each in a folder of its own: `<study>/checkpoints/<trial>`. */
export class Checkpoints {
  private readonly root: string;

  /** @param study the study's folder */
  constructor(study: string) {
    this.root = join(study, "checkpoints");
  }

  folderOf(trial: TrialId): string {
    return join(this.root, trial);
  }

  /** Of a trial that has ended for good. What cannot be removed costs space alone, and the next run tries again. */
  remove(trial: TrialId): void {
    try {
      rmSync(this.folderOf(trial), { recursive: true, force: true });
      if (readdirSync(this.root).length === 0) rmdirSync(this.root);
    } catch {
      // The study's results are elsewhere.
    }
  }

  /** Removes those of all others: their trials ended as the process was killed, or the study knows them no more. */
  keepOnly(trials: ReadonlySet<TrialId>): void {
    let names: string[];
    try {
      names = readdirSync(this.root);
    } catch {
      return;
    }
    for (const name of names) if (!trials.has(name)) this.remove(name);
  }
}
