import { printableLines } from "../report/values.js";
import { triedAgainNow, type StudyEvent } from "../study/events.js";
import type { Failure } from "../trial/outcome.js";
import type { Beginning } from "./output.js";
import { artifactName, duration, imageLines, percent, trialName } from "./names.js";

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  /** What the trials' names leave out. */
  readonly usual: Beginning["usual"];
  /** Trials of the plan, and how many of them were finished before this run. */
  readonly total: number;
  readonly finished: number;
  readonly workers: number;
}

/**
 * Shows a running study. On a terminal: a line per worker and one for the study, redrawn in place. Elsewhere: a plain
 * line for each thing that ends.
 */
export class Progress {
  private readonly slots: (string | null)[];
  /** The lines that stand there now, to be drawn over. */
  private drawn: readonly string[] = [];
  private done: number;
  private failed = 0;
  private trialSeconds = 0;
  private trialsTimed = 0;
  private readonly startedAt = performance.now();
  /** Of each slot's trial: when it started, and from which epoch of an earlier attempt it goes on. */
  private readonly started = new Map<number, { at: number; restored: number }>();
  private readonly timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: ProgressOptions) {
    this.slots = Array.from({ length: options.workers }, () => null);
    this.done = options.finished;
    if (options.stream.isTTY) {
      this.timer = setInterval(() => {
        this.draw();
      }, 250);
      this.timer.unref();
    }
  }

  event(event: StudyEvent): void {
    switch (event.type) {
      case "warning":
        this.line(`kd-sweep: ${event.message}`);
        break;
      case "artifact-started":
        this.slots[event.slot] = artifactName(event.artifact);
        break;
      case "artifact-epoch": {
        const { epoch, val_accuracy } = event.metrics;
        this.slots[event.slot] =
          `${artifactName(event.artifact)}  epoch ${epoch}  val_accuracy ${percent(val_accuracy)}`;
        break;
      }
      case "artifact-finished": {
        const { record, artifact } = event;
        const how = record.reused ? "from the cache" : `made in ${duration(record.seconds)}`;
        const teacher = record.details.kind === "teacher" ? record.details : null;
        const accuracy = (teacher?.epochs.at(-1) ?? teacher?.validation)?.val_accuracy;
        this.end(
          event.slot,
          `${artifactName(artifact)}  ${how}${accuracy === undefined ? "" : `  val_accuracy ${percent(accuracy)}`}`,
        );
        for (const note of teacher?.notes ?? []) this.line(`  ${note}`);
        if (record.details.kind === "images") for (const line of imageLines(record.details)) this.line(`  ${line}`);
        break;
      }
      case "artifact-failed":
        if (event.failure.reason === "cancelled") {
          this.slots[event.slot] = null;
          break;
        }
        this.end(event.slot, `${artifactName(event.artifact)}  ${told(event.failure, event.retry, "failed")}`);
        break;
      case "trial-started":
        this.started.set(event.slot, { at: performance.now(), restored: 0 });
        this.slots[event.slot] =
          `${trialName(event.trial, this.options.usual)}${event.attempt > 1 ? `  attempt ${event.attempt}` : ""}`;
        break;
      case "trial-epoch": {
        const { epoch, val_accuracy } = event.metrics;
        const { epochs } = event.trial.settings.training;
        const started = this.started.get(event.slot);
        if (started !== undefined && event.restored) started.restored = epoch;
        const { at, restored } = started ?? { at: performance.now(), restored: 0 };
        const seconds = (performance.now() - at) / 1000;
        const left = event.restored ? "" : `  ${duration(((epochs - epoch) * seconds) / (epoch - restored))} left`;
        this.slots[event.slot] =
          `${trialName(event.trial, this.options.usual)}  epoch ${epoch}/${epochs}  val_accuracy ${percent(val_accuracy)}${left}`;
        break;
      }
      case "trial-finished":
        this.trialEnded(event);
        break;
    }
    this.draw();
  }

  private trialEnded(event: StudyEvent & { type: "trial-finished" }): void {
    const { outcome, trial } = event;
    const name = trialName(trial, this.options.usual);
    if (outcome.state === "complete") {
      this.done++;
      this.trialsTimed++;
      this.trialSeconds += outcome.result.seconds;
      const { val_accuracy } = outcome.result.final;
      this.end(
        event.slot,
        `[${this.done}/${this.options.total}] ${name}  val_accuracy ${percent(val_accuracy)}  ${duration(outcome.result.seconds)}`,
      );
      return;
    }
    if (!event.retry) {
      this.failed++;
      this.done++;
    }
    if (outcome.reason !== "cancelled") {
      this.end(event.slot, `${name}  ${told(outcome, event.retry, `failed (${outcome.reason})`)}`);
    }
    this.slots[event.slot] = null;
  }

  /** Removes the redrawn lines; what was printed for good stays. */
  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.erase();
  }

  /** Prints a line for good. */
  line(text: string): void {
    this.erase();
    this.options.stream.write(`${printableLines(text)}\n`);
  }

  private end(slot: number, text: string): void {
    this.slots[slot] = null;
    this.line(text);
  }

  private erase(): void {
    const { stream } = this.options;
    // A window that was made narrower since has broken them into more lines.
    const columns = stream.columns || 80;
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    if (rows > 0) stream.write(`\x1b[${rows}A\x1b[0J`);
    this.drawn = [];
  }

  private draw(): void {
    const { stream, total } = this.options;
    if (this.timer === null) return;
    this.erase();
    const elapsed = (performance.now() - this.startedAt) / 1000;
    const left =
      this.trialsTimed > 0
        ? `  about ${duration(((total - this.done) * this.trialSeconds) / this.trialsTimed / this.options.workers)} left`
        : "";
    const failed = this.failed > 0 ? `, ${this.failed} failed` : "";
    const lines = this.slots.map((text, slot) => `  worker ${slot + 1}  ${text ?? "-"}`);
    // The redrawn lines must fit the screen, or going up ends at its top. A terminal may tell no size.
    const most = Math.max(1, (stream.rows || 24) - 3);
    if (lines.length > most) lines.splice(most, Infinity, `  and ${lines.length - most} more workers`);
    lines.push(`  ${this.done}/${total} trials${failed}  ${duration(elapsed)} so far${left}`);
    const width = Math.max(1, (stream.columns || 80) - 1);
    this.drawn = lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
    stream.write(this.drawn.map((line) => `${line}\n`).join(""));
  }
}

/**
 * What became of failed work, and why. Where the machine does not serve, the run ends and says so itself.
 * @param failed the words for work that is not tried again
 */
function told(failure: Failure, retry: boolean, failed: string): string {
  if (triedAgainNow(failure, retry)) return `lost, will be tried again: ${failure.message}`;
  return retry ? failure.message : `${failed}: ${failure.message}`;
}
