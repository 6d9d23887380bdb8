import type { ArtifactSpec } from "../artifacts/artifact.js";
import { artifactKey } from "../artifacts/key.js";
import { artifactsOf, needs } from "../artifacts/needs.js";
import type { TrialNeeds } from "../artifacts/needs.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import type { TrialSpec } from "../trial/spec.js";

/** A piece of a study's work: an artifact that trials share, or a trial. */
export type Node =
  | {
      readonly kind: "artifact";
      readonly key: string;
      readonly artifact: ArtifactSpec;
      readonly after: readonly string[];
    }
  | {
      readonly kind: "trial";
      readonly key: string;
      readonly trial: TrialSpec;
      readonly needs: TrialNeeds;
      readonly after: readonly string[];
    };

type ArtifactNode = Node & { readonly kind: "artifact" };
type TrialNode = Node & { readonly kind: "trial" };

/** The work of a study as one graph: what each piece needs comes first, once; what is ready may run. */
export class WorkGraph {
  private readonly artifacts = new Map<string, ArtifactNode>();
  private readonly trials = new Map<string, TrialNode>();
  private readonly done = new Set<string>();

  /** @param trials what is to be trained, in the order of preference */
  constructor(trials: Iterable<TrialSpec>, fingerprints: Fingerprints) {
    for (const trial of trials) {
      const trialNeeds = needs(trial, fingerprints);
      const after: string[] = [];
      for (const artifact of artifactsOf(trialNeeds)) {
        const key = artifactKey(artifact);
        // In dependency order, so what stands before an artifact is what it needs.
        if (!this.artifacts.has(key)) this.artifacts.set(key, { kind: "artifact", key, artifact, after: [...after] });
        after.push(key);
      }
      this.trials.set(trial.id, { kind: "trial", key: trial.id, trial, needs: trialNeeds, after });
    }
  }

  /**
   * Takes the next piece whose needs are met: the first trial that is ready, or the first thing that an earlier trial
   * waits for. So the first comparisons of a long study are whole long before its last ones.
   */
  take(): Node | undefined {
    for (const trial of this.trials.values()) {
      const missing = trial.after.filter((key) => !this.done.has(key));
      if (missing.length === 0) {
        this.trials.delete(trial.key);
        return trial;
      }
      for (const key of missing) {
        const artifact = this.artifacts.get(key);
        if (artifact?.after.every((needed) => this.done.has(needed)) !== true) continue;
        this.artifacts.delete(key);
        return artifact;
      }
    }
    return undefined;
  }

  finish(node: Node): void {
    this.done.add(node.key);
  }

  /** Puts a piece back for another try, behind the others. */
  putBack(node: Node): void {
    if (node.kind === "artifact") this.artifacts.set(node.key, node);
    else this.trials.set(node.key, node);
  }

  /** What cannot run because something it needs has failed: all that is left when nothing is running or ready. */
  blocked(): readonly TrialSpec[] {
    return [...this.trials.values()].map((node) => node.trial);
  }
}
