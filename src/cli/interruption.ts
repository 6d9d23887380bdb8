import { exitCodes } from "./errors.js";

const signals = { SIGHUP: exitCodes.hungUp, SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/**
 * npm passes the terminal's Ctrl-C on to what it runs, which may have had it from the terminal already: the same signal
 * within this time is the same one. Milliseconds.
 */
const echoMs = 300;

/** Ctrl-C, SIGTERM and a closed terminal: the first stops the study in order, the second ends the command at once. */
export class Interruption {
  private readonly controller = new AbortController();
  private first: { readonly signal: string; readonly at: number } | undefined;
  exitCode: number | undefined;

  /**
   * @param say shows a line without disturbing what is drawn
   * @param told what a person is told at the first of them
   */
  constructor(
    private readonly say: (text: string) => void,
    private readonly told = "stopping; what is finished is kept, and the same command goes on from there",
  ) {
    for (const signal of Object.keys(signals)) process.on(signal, this.onSignal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  close(): void {
    for (const signal of Object.keys(signals)) process.off(signal, this.onSignal);
  }

  private readonly onSignal = (signal: keyof typeof signals): void => {
    const code = signals[signal];
    if (this.first?.signal === signal && performance.now() - this.first.at < echoMs) return;
    // The training process ends with this one, and the store holds all that was finished.
    if (this.first !== undefined) process.exit(code);
    this.first = { signal, at: performance.now() };
    this.exitCode = code;
    this.say(`${this.told} (again: end at once)`);
    this.controller.abort();
  };
}
