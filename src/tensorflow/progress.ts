/** Where set-up says what it does. */
export interface Reporter {
  /** A line that stays. */
  readonly log: (line: string) => void;
  /** A line that the next one replaces, for a terminal. Without it, `log` gets a line now and then. */
  readonly progress?: ((line: string) => void) | undefined;
}

const PLAIN_INTERVAL_MS = 10_000;
const REWRITTEN_INTERVAL_MS = 100;

/** Follows a long step: call the returned function with the bytes done so far, as often as convenient. */
export function follow(reporter: Reporter, what: string, totalBytes: number): (doneBytes: number) => void {
  const write = reporter.progress ?? reporter.log;
  const interval = reporter.progress === undefined ? PLAIN_INTERVAL_MS : REWRITTEN_INTERVAL_MS;
  let written = performance.now();
  return (done) => {
    const now = performance.now();
    if (now - written < interval) return;
    written = now;
    const percent = Math.min(100, Math.floor((100 * done) / totalBytes));
    write(`${what}: ${megabytes(done)} of ${megabytes(totalBytes)} MB (${percent} %)`);
  };
}

/** Whole megabytes, as people count a download. */
export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
