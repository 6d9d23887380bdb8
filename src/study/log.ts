import { appendFileSync } from "node:fs";
import { inspect } from "node:util";
import type { Failure } from "../trial/outcome.js";
import { triedAgainNow, type StudyEvent } from "./events.js";

/**
 * The study's log: a line with its time (UTC) for each thing that began or ended, and the stack of what failed. The
 * training process writes its stderr to the same file. Losing it loses no result, so a write that fails is passed over.
 */
export class StudyLog {
  constructor(private readonly path: string) {}

  line(text: string): void {
    try {
      appendFileSync(this.path, `${new Date().toISOString()} ${text}\n`);
    } catch {
      // A full disk is told by the store, whose writes matter.
    }
  }

  event(event: StudyEvent): void {
    switch (event.type) {
      case "warning":
        this.line(event.message);
        break;
      case "trials-copied":
        this.line(`${event.count} finished trial${event.count === 1 ? "" : "s"} copied from study ${event.study}`);
        break;
      case "artifact-started":
        this.line(`artifact ${event.artifact.kind} started on worker ${event.slot + 1}`);
        break;
      case "artifact-finished":
        this.line(
          `artifact ${event.artifact.kind} ${event.record.key} ${event.record.reused ? "reused" : "made"}, ` +
            `sha256 ${event.record.checksum}`,
        );
        break;
      case "artifact-failed":
        this.failure(`artifact ${event.artifact.kind}`, event.failure, event.retry);
        break;
      case "trial-started":
        this.line(
          `trial ${event.trial.id} started on worker ${event.slot + 1}, attempt ${event.attempt}: ` +
            inspect({ ...event.trial.parameters, seed: event.trial.seed }, { breakLength: Infinity }),
        );
        break;
      case "trial-finished":
        if (event.outcome.state === "complete") this.line(`trial ${event.trial.id} complete`);
        else this.failure(`trial ${event.trial.id}`, event.outcome, event.retry);
        break;
      case "artifact-epoch":
      case "trial-epoch":
        break;
    }
  }

  private failure(what: string, failure: Failure, retry: boolean): void {
    if (failure.reason === "cancelled") {
      this.line(`${what} stopped`);
      return;
    }
    this.line(
      `${what} failed (${failure.reason})${triedAgainNow(failure, retry) ? ", will be tried again" : ""}: ${failure.message}`,
    );
    if (failure.stack !== undefined) this.line(failure.stack);
  }
}
