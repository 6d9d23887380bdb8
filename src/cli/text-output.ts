import { relative } from "node:path";
import { plural, printableLines } from "../report/values.js";
import type { StudyEvent } from "../study/events.js";
import type { StudyEnd } from "../study/run.js";
import { duration, trialName } from "./names.js";
import type { Beginning, RunOutput } from "./output.js";
import { Progress } from "./progress.js";
import { counted, trials } from "./standing.js";

const limits = {
  maxTrials: "as many trials as --max-trials allows were begun",
  maxFailures: "as many trials failed as --max-failures allows",
  maxTime: "the time of --max-time is over",
} as const;

/** A run for a person: what happens goes to stderr, what it found to stdout. */
export class TextOutput implements RunOutput {
  private progress: Progress | null = null;
  private usual: Beginning["usual"] = {};
  private readonly startedAt = performance.now();

  /** @param options `quiet`: warnings and failures alone */
  constructor(private readonly options: { readonly quiet: boolean; readonly stream: NodeJS.WriteStream }) {}

  warning(text: string): void {
    this.line(`kd-sweep: ${text}`);
  }

  info(text: string): void {
    if (!this.options.quiet) this.line(text);
  }

  begin({ maxTrials, name, now, retryFailed, toRun, trials: all, usual, workers }: Beginning): void {
    this.usual = usual;
    const on = toRun === 0 ? "" : ` on ${plural(workers, "worker")}`;
    this.info(`${name}: ${trials(all)}, ${counted(now, { retryFailed, maxTrials })}${on}`);
    if (toRun === 0 || this.options.quiet) return;
    const { stream } = this.options;
    this.progress = new Progress({ stream, usual, total: now.complete + toRun, finished: now.complete, workers });
  }

  event(event: StudyEvent): void {
    if (event.type === "trials-copied") {
      this.info(`${plural(event.count, "finished trial")} copied from ${event.study}`);
    } else if (!this.options.quiet) this.progress?.event(event);
    else if (event.type === "warning") this.warning(event.message);
    else if (event.type === "trial-finished" && event.outcome.state === "failed" && !event.retry) {
      this.warning(`${trialName(event.trial, this.usual)} failed (${event.outcome.reason}): ${event.outcome.message}`);
    } else if (event.type === "artifact-failed" && event.failure.reason !== "cancelled" && !event.retry) {
      this.warning(`${event.artifact.kind} failed: ${event.failure.message}`);
    }
  }

  end(end: StudyEnd | null): void {
    this.progress?.close();
    this.progress = null;
    if (end === null) return;
    this.info(`${trials(end.complete)} finished in ${duration((performance.now() - this.startedAt) / 1000)}`);
    if (end.limit !== null) this.warning(`${limits[end.limit]}; the same command goes on`);
  }

  report(folder: string, table: string, files: readonly string[]): void {
    if (this.options.quiet) return;
    console.log(`\n${table}\n`);
    console.log(`Written to ${relative(process.cwd(), folder) || "."}:`);
    for (const file of files) console.log(`  ${file}`);
  }

  private line(text: string): void {
    if (this.progress === null) this.options.stream.write(`${printableLines(text)}\n`);
    else this.progress.line(text);
  }
}
