import { exitCodes } from "./errors.js";

const signals = { SIGHUP: exitCodes.hungUp, SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** Ctrl-C, SIGTERM and a closed terminal: the first stops the study in order, the second ends the command at once. */
export class Interruption {
  private readonly controller = new AbortController();
  exitCode: number | undefined;

  /** @param say shows a line without disturbing what is drawn */
  constructor(private readonly say: (text: string) => void) {
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
    // The training process ends with this one, and the store holds all that was finished.
    if (this.exitCode !== undefined) process.exit(code);
    this.exitCode = code;
    this.say("stopping; what is finished is kept, and the same command goes on from there (again: end at once)");
    this.controller.abort();
  };
}
