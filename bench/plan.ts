/*
 * A sweep of a million combinations, read, counted (the distinct ones) and walked; beside a loop that makes each combination
 * as an object and its key as JSON, and drops what it has seen. Each grid in a process of its own, for its memory.
 *
 *   npm run bench:plan -- [--json] [--only=TEXT]
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseSweep } from "../src/sweep/parse.js";
import { plan } from "../src/sweep/plan.js";
import type { Sweep } from "../src/sweep/sweep.js";
import { formatIssue } from "../src/trial/issue.js";
import type { Value } from "../src/trial/value.js";

const numbers = (count: number, step = 1): string =>
  `[${Array.from({ length: count }, (_, index) => Number(((index + 1) * step).toPrecision(6))).join(", ")}]`;

const grids: Readonly<Record<string, string>> = {
  "groups of their own: 100 temperatures, 100 rates, 100 lengths": `
parameters:
  loss.temperature: { values: ${numbers(100)} }
  optimizer.learningRate: { values: ${numbers(100, 0.0001)} }
  training.epochs: { values: ${numbers(100)} }
`,
  "one group: 1,000 by 1,000 weights, many of the same share": `
loss.type: kd_ce
parameters:
  loss.alpha: { values: ${numbers(1000, 0.001)} }
  loss.beta: { values: ${numbers(1000, 0.001)} }
`,
  "two groups that a condition ties: 1,000 lengths by 1,000 temperatures": `
parameters:
  loss.type: { values: [kd, mse] }
  loss.temperature: { values: ${numbers(1000)} }
  training.epochs: { values: ${numbers(1000)}, when: { loss.type: kd } }
`,
  "two groups, a tenth of them excluded": `
parameters:
  loss.temperature: { values: ${numbers(1000)} }
  training.epochs: { values: ${numbers(1000)} }
exclude: [{ loss.temperature: ${numbers(500)}, training.epochs: ${numbers(200)} }]
`,
};

interface Measured {
  readonly combinations: number;
  readonly trials: number;
  readonly read: number;
  readonly count: number;
  readonly walk: number;
  readonly megabytes: number;
  readonly naive: number;
}

function measure(text: string): Measured {
  const times: number[] = [performance.now()];
  const sweep = read(text);
  times.push(performance.now());
  const planned = plan(sweep, { dataset: () => "data", weights: () => null });
  times.push(performance.now());
  let trials = 0;
  for (const { seed } of planned) trials += seed;
  times.push(performance.now());
  if (trials !== planned.size) throw new Error(`${planned.size} were counted and ${trials} walked`);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const combinations = naive(sweep);
  times.push(performance.now());
  const [start = 0, afterRead = 0, afterCount = 0, afterWalk = 0, end = 0] = times.map((time) => time / 1000);
  return {
    combinations,
    trials,
    read: afterRead - start,
    count: afterCount - afterRead,
    walk: afterWalk - afterCount,
    megabytes,
    naive: end - afterWalk,
  };
}

function read(text: string): Sweep {
  const result = parseSweep(`seeds: 1\n${text}`, "bench.yaml");
  if (!result.ok) throw new Error(result.issues.map(formatIssue).join("\n"));
  return result.value;
}

/** Every combination of all values, conditions left aside. @returns how many */
function naive({ parameters }: Sweep): number {
  const seen = new Set<string>();
  const given: Record<string, Value> = {};
  const fill = (position: number): void => {
    const parameter = parameters[position];
    if (parameter === undefined) {
      seen.add(JSON.stringify({ ...given }));
      return;
    }
    for (const value of parameter.values) {
      given[parameter.key] = value;
      fill(position + 1);
    }
  };
  fill(0);
  return seen.size;
}

const [wanted] = process.argv.slice(2).filter((argument) => argument in grids);
if (wanted !== undefined) {
  console.log(JSON.stringify(measure(grids[wanted] ?? "")));
} else {
  const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length) ?? "";
  const isJson = process.argv.includes("--json");
  for (const grid of Object.keys(grids).filter((name) => name.includes(only))) {
    const measured = JSON.parse(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), grid], { encoding: "utf8" }),
    ) as Measured;
    if (isJson) console.log(JSON.stringify({ grid, ...measured }));
    else {
      const { combinations, trials, read, count, walk, megabytes, naive } = measured;
      const total = read + count + walk;
      console.log(
        `${grid}\n  ${combinations.toLocaleString("en-GB")} combinations, ${trials.toLocaleString("en-GB")} trials`,
      );
      console.log(
        `  read ${read.toFixed(2)} s, counted ${count.toFixed(2)} s, walked ${walk.toFixed(2)} s: ${total.toFixed(2)} s, ` +
          `${(total / naive).toFixed(2)} of the loop's; ${megabytes.toFixed(0)} MB`,
      );
    }
  }
}
