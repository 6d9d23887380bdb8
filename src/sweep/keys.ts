import { z } from "zod";

const names = [
  "name",
  "extends",
  "include",
  "method",
  "metric",
  "seeds",
  "parameters",
  "zip",
  "exclude",
  "trials",
  "baseline",
  "comparisons",
  "keep",
  "execution",
] as const;

/** Keys of a sweep file besides the settings. */
export type KeyName = (typeof names)[number];
export const keyNames: readonly string[] = names;

/** What is kept of trained students: the best one's weights, every one's, or none. */
export const keepKey = z
  .enum(["best", "all", "none"])
  .default("best")
  .describe("Whose trained weights are kept: the best student's, every student's, or none.");

const units = { s: 1, m: 60, h: 3600, d: 86400 } as const;
const time = /^(?=.*[1-9])(\d+(?:\.\d+)?) ?(s|m|h|d)$/;

const duration = z.string().regex(time).meta({ expected: "a time > 0 like 90s, 30m or 8h" });

/** How a study runs; nothing of it changes what a trial computes. */
export const executionKey = z
  .strictObject({
    workers: z
      .union([z.int().min(1).max(256), z.literal("auto")])
      .optional()
      .describe("Trials that train side by side; `auto` minds cores and memory."),
    retries: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .describe("How often a trial that was lost with its worker is tried again."),
    timeout: duration.optional().describe("Time that one trial may take before it counts as failed."),
    maxFailures: z.int().min(1).optional().describe("No more trials begin when this many have failed."),
    maxTrials: z.int().min(1).optional().describe("Trials that one run of the study starts at most."),
    maxTime: duration.optional().describe("Time after which a run of the study starts no more trials."),
  })
  .describe("How the study runs. Nothing here changes what a trial computes.");

/** Seconds of a time like `90s`, `30m`, `8h`, `2d`. @throws Error where it is none */
export function seconds(text: string): number {
  const [, count, unit] = time.exec(text) ?? [];
  if (count === undefined) throw new Error(`${text} is no time`);
  return Number(count) * units[unit as keyof typeof units];
}
