import type { Execution } from "../sweep/execution.js";

/** A limit that a run has reached. */
export type Limit = "maxTrials" | "maxFailures" | "maxTime";

/** How far a run goes. What is absent has no limit; times in seconds. */
export type StudyLimits = Pick<Execution, "retries" | "timeout" | Limit>;

/** Seconds as milliseconds of a timer, which would end at once beyond 2^31 - 1 of them: 24.8 days. */
export function timerMs(seconds: number): number {
  return Math.min(seconds * 1000, 2 ** 31 - 1);
}

/** Watches a run's limits: once one is reached, what runs goes on to its end, and nothing more is begun. */
export class LimitWatch {
  private limit: Limit | null = null;
  private failures = 0;
  private readonly clock: NodeJS.Timeout | undefined;

  constructor(private readonly limits: StudyLimits) {
    const { maxTime } = limits;
    if (maxTime === undefined) return;
    this.clock = setTimeout(() => (this.limit ??= "maxTime"), timerMs(maxTime));
  }

  /** The first that was reached; null where none was. */
  reached(): Limit | null {
    return this.limit;
  }

  trialFailed(): void {
    if (++this.failures >= (this.limits.maxFailures ?? Infinity)) this.limit ??= "maxFailures";
  }

  close(): void {
    clearTimeout(this.clock);
  }
}
