import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

import { median } from "simple-statistics";

/** A process that stays loaded: prints "ready" after its warm-up, then answers each line with the seconds of one run. */
export class Side {
  private readonly lines: AsyncIterator<string>;
  private constructor(private readonly child: ChildProcess) {
    if (child.stdout === null) throw new Error("the process has no output");
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Resolves after its warm-up.
   * @throws Error where it does not get that far; its standard error is shown
   */
  static async start(
    command: string,
    args: readonly (string | number)[],
    environment: NodeJS.ProcessEnv,
  ): Promise<Side> {
    const child = spawn(command, args.map(String), { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (data: Buffer) => {
      errors += data.toString();
    });
    // "close" comes after the last of its standard error.
    const failure = new Promise<never>((_, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        const how = signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`;
        const last = errors.trim().split("\n").slice(-5).join("\n");
        reject(new Error(`${command} ${args.join(" ")} did not start (${how}):\n${last}`));
      });
    });
    failure.catch(() => undefined);
    const side = new Side(child);
    for (;;) {
      const first = await Promise.race([side.lines.next(), failure]);
      if (first.value === "ready") return side;
      if (first.done === true) return await failure;
    }
  }

  async seconds(): Promise<number> {
    this.child.stdin?.write("\n");
    const line = await this.lines.next();
    if (line.done === true) throw new Error("the process ended");
    return Number(line.value);
  }

  end(): void {
    this.child.stdin?.end();
    this.child.kill();
  }
}

/** What starts a side. */
export type Starter = () => Promise<Side>;

/**
 * Medians of two sides that take turns, so that what else the machine does falls on both.
 * @param rounds runs of each side
 */
export async function alternate(
  ours: Starter,
  peer: Starter,
  rounds: number,
): Promise<{ readonly ours_s: number; readonly peer_s: number }> {
  const started: Side[] = [];
  const seconds: [number[], number[]] = [[], []];
  try {
    for (const start of [ours, peer]) started.push(await start());
    for (let round = 0; round < rounds; round++) {
      for (const [place, side] of started.entries()) seconds[place]?.push(await side.seconds());
    }
  } finally {
    for (const side of started) side.end();
  }
  return { ours_s: median(seconds[0]), peer_s: median(seconds[1]) };
}

/** Median seconds of one side alone. */
export async function alone(start: Starter, rounds: number): Promise<number> {
  const side = await start();
  try {
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) seconds.push(await side.seconds());
    return median(seconds);
  } finally {
    side.end();
  }
}
