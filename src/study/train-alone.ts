import type { ArtifactRecord } from "../artifacts/artifact.js";
import { artifactKey } from "../artifacts/key.js";
import { artifactsOf, type TrialNeeds } from "../artifacts/needs.js";
import { ArtifactUses } from "../artifacts/uses.js";
import type { EpochListener, Executor } from "../execution/messages.js";
import type { Failure, Outcome } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";

/** A trial that failed, or what it needs. */
export class FailedAlone extends Error {
  constructor(
    readonly work: "artifact" | "trial",
    readonly failure: Failure,
  ) {
    super(failure.message);
  }
}

interface AloneOptions {
  /** Where the artifacts lie; none of them is pruned meanwhile. */
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
  readonly onEpoch: EpochListener;
  readonly wantsWeights?: boolean;
}

type Done = { readonly artifacts: readonly ArtifactRecord[] } & Exclude<Outcome, Failure>;

/**
 * Makes what a trial needs, then trains it; nothing runs beside it, and nothing is stored.
 * @throws FailedAlone where either fails, or is stopped by the signal
 */
export async function trainAlone(
  executor: Executor,
  trial: TrialSpec,
  needs: TrialNeeds,
  { cacheFolder, signal, onEpoch, wantsWeights = false }: AloneOptions,
): Promise<Done> {
  const uses = new ArtifactUses(cacheFolder);
  try {
    const artifacts: ArtifactRecord[] = [];
    for (const artifact of artifactsOf(needs)) {
      uses.add(artifactKey(artifact));
      const made = await executor.run({ kind: "artifact", artifact }, { signal });
      if (made.state === "failed") throw new FailedAlone("artifact", made);
      artifacts.push(made.record);
    }
    const outcome = await executor.run({ kind: "trial", trial, needs, wantsWeights }, { signal, onEpoch });
    if (outcome.state === "failed") throw new FailedAlone("trial", outcome);
    return { artifacts, ...outcome };
  } finally {
    uses.release();
  }
}
