import type { CommandModule } from "yargs";

import type { Check, Diagnosis } from "../tensorflow/doctor.js";
import { exitCodes } from "./errors.js";

export const doctorCommand: CommandModule<object, { json: boolean }> = {
  command: "doctor",
  describe: "Say what is in use, whether it trains here, and how to put right what is wrong",
  builder: (yargs) =>
    yargs
      .option("json", { type: "boolean", default: false, describe: "print the checks as JSON" })
      .example("$0 doctor", "try TensorFlow with two workers at once; list versions, threads, memory and caches")
      .example("$0 doctor --json", "the same for a program; exit code 3 where kd-sweep cannot train"),
  handler: async ({ json }) => {
    const { diagnose } = await import("../tensorflow/doctor.js");
    const diagnosis = await diagnose();
    if (!diagnosis.serves) process.exitCode = exitCodes.environment;
    if (json) {
      console.log(JSON.stringify(diagnosis, null, 2));
      return;
    }
    const width = Math.max(...diagnosis.checks.map((check) => check.name.length));
    for (const check of diagnosis.checks) console.log(checkLines(check, width));
    console.log(`\n${verdict(diagnosis)}`);
  },
};

function verdict({ backend, serves, toSetUp }: Diagnosis): string {
  if (!serves) return "kd-sweep cannot train here yet.";
  if (toSetUp) return "kd-sweep can train here, once it is set up.";
  return backend === "portable" ? "kd-sweep can train here, on the portable backend." : "kd-sweep can train here.";
}

const marks: Readonly<Record<Check["state"], string>> = { good: "ok", warning: "--", bad: "!!" };

function checkLines(check: Check, width: number): string {
  const line = `${marks[check.state]}  ${check.name.padEnd(width)}  ${check.found}`;
  return check.fix === undefined ? line : `${line}\n${" ".repeat(width + 6)}fix: ${check.fix}`;
}
