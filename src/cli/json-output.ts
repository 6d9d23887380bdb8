import type { ArtifactSpec } from "../artifacts/artifact.js";
import { artifactKey } from "../artifacts/key.js";
import type { StudyEvent } from "../study/events.js";
import type { StudyEnd } from "../study/run.js";
import type { Outcome } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";
import { artifactName } from "./names.js";
import type { Beginning, RunOutput } from "./output.js";

/**
 * A run for another program: one JSON object a line, each with its `type` and `time` (ISO 8601, UTC). Types: `begin`,
 * `warning`, `info`, those of `StudyEvent` (trials by id with their swept parameters and seed, artifacts by kind and key,
 * workers from 1), `end` and `report`. Keys may be added, none is renamed or removed.
 */
export class JsonOutput implements RunOutput {
  constructor(private readonly write: (line: string) => void) {}

  warning(text: string): void {
    this.say("warning", { message: text });
  }

  info(text: string): void {
    this.say("info", { message: text });
  }

  begin({ now, ...beginning }: Beginning): void {
    const { added, complete, failed, unfinished, unwanted, waiting } = now;
    const counts = { complete, unfinished: unfinished.length, waiting: waiting.length, failed: failed.length };
    this.say("begin", { ...beginning, ...counts, added, unwanted });
  }

  event(event: StudyEvent): void {
    const { type, ...rest } = event;
    const plain: Record<string, unknown> = { ...rest };
    if ("slot" in event) {
      delete plain.slot;
      plain.worker = event.slot + 1;
    }
    if ("trial" in event) Object.assign(plain, trialFields(event.trial));
    if ("artifact" in event) plain.artifact = artifactFields(event.artifact);
    if ("record" in event) {
      const { checksum, reused, seconds } = event.record;
      delete plain.record;
      Object.assign(plain, { checksum, reused, seconds });
    }
    if ("outcome" in event) plain.outcome = outcomeFields(event.outcome);
    this.say(type, plain);
  }

  end(end: StudyEnd | null): void {
    if (end === null) return;
    const { blocked, complete, failed, limit } = end;
    this.say("end", { complete, failed, blocked: blocked.map(({ id }) => id), limit });
  }

  report(folder: string, _table: string, files: readonly string[]): void {
    this.say("report", { folder, files });
  }

  private say(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.write(JSON.stringify({ type, time: new Date().toISOString(), ...fields }));
  }
}

function trialFields({ id, configuration, parameters, seed, settings }: TrialSpec): Record<string, unknown> {
  return { trial: id, configuration, parameters, seed, epochs: settings.training.epochs };
}

function artifactFields(artifact: ArtifactSpec): Record<string, unknown> {
  return { kind: artifact.kind, key: artifactKey(artifact), name: artifactName(artifact) };
}

/** Without what is long: the logits are in the study. */
function outcomeFields(outcome: Outcome): Record<string, unknown> {
  if (outcome.state === "failed") return { state: "failed", reason: outcome.reason, message: outcome.message };
  const { best, final, seconds } = outcome.result;
  return { state: "complete", final, best, seconds };
}
