import { z } from "zod";

/** A setting: how long the teacher's term grows to its full weight. */
export const warmup = z
  .number()
  .int()
  .min(1)
  .default(1)
  .describe("epochs in which the teacher's term grows evenly to its full weight, reached in this epoch; 1 is none");

/** The weight min(epoch/warmup, 1) of the teacher's term, epochs from 1. */
export function warmupFactor(epoch: number, epochs: number): number {
  return Math.min(epoch / epochs, 1);
}
