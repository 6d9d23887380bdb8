import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import type { CompareOptions, ComparisonFormat, NamedStudy } from "../report/compare.js";
import type { Value } from "../trial/value.js";
import { UsageError } from "./errors.js";
import { folderNames } from "./folder-names.js";

interface Options {
  studies: string[] | undefined;
  by: string;
  where: string | undefined;
  metric: string | undefined;
  baseline: string | undefined;
  format: string;
}

const formats = ["table", "csv", "json", "markdown"] as const satisfies readonly ComparisonFormat[];

export const compareCommand: CommandModule<object, Options> = {
  command: "compare <studies..>",
  describe: "Compare the values of a parameter, all else equal, with tests and intervals",
  builder: (command) =>
    command
      .positional("studies", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "folders of studies; several count as one, each trial once",
      })
      .option("by", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "a swept parameter, such as loss.type; several that are swept together: loss.alpha,loss.beta",
      })
      .option("where", {
        type: "string",
        requiresArg: true,
        describe: "keep configurations with these values alone: key=value,key=[one,other],...",
      })
      .option("metric", {
        type: "string",
        requiresArg: true,
        describe: "what to compare (default: the sweep's metric)",
      })
      .option("baseline", {
        type: "string",
        requiresArg: true,
        describe: "hold each row against the configuration with these values, else equal: key=value,...",
      })
      .option("format", { choices: formats, default: "table", describe: "how to print it" })
      .example("$0 compare results/quickstart --by loss.type", "loss variants, side by side")
      .example("$0 compare results/quickstart --by loss.temperature --where loss.type=kd", "temperatures of one loss")
      .example("$0 compare results/a results/b --by student.type --baseline loss.type=hard", "against hard labels"),
  handler: async ({ studies = [], by, where, metric, baseline, format }) => {
    const { StudyReader } = await import("../store/reader.js");
    const { compare, formatComparison, pooled, remarks } = await import("../report/compare.js");
    const { readAssignments } = await import("./assignments.js");
    const options: CompareOptions = {
      by: by.split(",").map((name) => name.trim()),
      ...(where === undefined ? {} : { where: conditionsOf(readAssignments("--where", where)) }),
      ...(metric === undefined ? {} : { metric }),
      ...(baseline === undefined ? {} : { baseline: settingsOf(readAssignments("--baseline", baseline)) }),
    };
    const folders = [...new Set(studies.map((folder) => resolve(folder)))];
    const names = folderNames(folders);
    const readers: { close(): void }[] = [];
    try {
      const named = folders.map((folder, index): NamedStudy => {
        const reader = StudyReader.open(folder);
        readers.push(reader);
        return { name: names[index] ?? folder, snapshot: reader.snapshot() };
      });
      const { snapshot, notes } = pooled(named);
      const comparison = compare(snapshot, options, notes);
      console.log(formatComparison(comparison, format as ComparisonFormat));
      // The other formats have them.
      if (format === "csv") for (const line of remarks(comparison)) console.error(line);
    } finally {
      for (const reader of readers) reader.close();
    }
  },
};

/** Of a key that stands again, or with a list, any of the values will do. */
function conditionsOf(assignments: readonly (readonly [string, Value])[]): NonNullable<CompareOptions["where"]> {
  const conditions = new Map<string, readonly Value[]>();
  for (const [key, value] of assignments) {
    const values = Array.isArray(value) ? (value as readonly Value[]) : [value];
    conditions.set(key, [...(conditions.get(key) ?? []), ...values]);
  }
  return Object.fromEntries(conditions);
}

/** A list of one value is that value. */
function settingsOf(assignments: readonly (readonly [string, Value])[]): NonNullable<CompareOptions["baseline"]> {
  const settings = new Map<string, Value>();
  for (const [key, value] of assignments) {
    if (settings.has(key)) throw new UsageError(`--baseline: expected one value for ${key}, found it twice`);
    const [only, ...others] = Array.isArray(value) ? (value as readonly Value[]) : [value];
    settings.set(key, only !== undefined && others.length === 0 ? only : value);
  }
  return Object.fromEntries(settings);
}
