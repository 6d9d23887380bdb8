import type { Argv, CommandModule } from "yargs";
import type { ArtifactKind, CacheEntry } from "../artifacts/inventory.js";
import { plural, printable } from "../report/values.js";
import { UsageError } from "./errors.js";

interface PruneOptions {
  "older-than": string | undefined;
  kind: string[];
  all: boolean;
  "dry-run": boolean;
}

const kinds = ["images", "teacher", "logits"] as const satisfies readonly ArtifactKind[];

export const cacheCommand: CommandModule = {
  command: "cache",
  describe: "List and prune what studies share: image arrays, teachers and their logits",
  builder: (command) =>
    command
      .command(listCommand)
      .command(pruneCommand)
      .command(pathCommand)
      .demandCommand(1, 1, "name list, prune or path"),
  handler: () => undefined,
};

const listCommand: CommandModule<object, { json: boolean }> = {
  command: "list",
  describe: "What is there, the latest used first",
  builder: (command) =>
    command
      .option("json", { type: "boolean", default: false, describe: "one JSON array" })
      .example("$0 cache list", "kind, what it is, size, age of the last use, key"),
  handler: async ({ json }) => {
    const { cacheFolder } = await import("../artifacts/cache-folder.js");
    const { listArtifacts } = await import("../artifacts/inventory.js");
    const { bytes } = await import("./names.js");
    const entries = await listArtifacts(cacheFolder());
    if (json) {
      console.log(JSON.stringify(entries, null, 2));
      return;
    }
    await print(entries);
    console.log(`${plural(entries.length, "artifact")}, ${bytes(total(entries))}, in ${cacheFolder()}`);
  },
};

const pruneCommand: CommandModule<object, PruneOptions> = {
  command: "prune",
  describe: "Delete artifacts; what a study needs of them later is made again",
  builder: (command: Argv) =>
    command
      .option("older-than", {
        type: "string",
        requiresArg: true,
        describe: "only what was last used longer ago than this, such as 30d",
      })
      .option("kind", {
        choices: kinds,
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: "only this kind (may be given several times)",
      })
      .option("all", { type: "boolean", default: false, describe: "everything, whatever its age and kind" })
      .option("dry-run", { type: "boolean", default: false, describe: "delete nothing, say what would be" })
      .check(({ all, kind, "older-than": age }) => {
        if (all && (age !== undefined || kind.length > 0))
          throw new UsageError("--all takes no --older-than and no --kind");
        if (!all && age === undefined && kind.length === 0) {
          throw new UsageError("say what to prune: --older-than 30d, --kind logits, or --all");
        }
        return true;
      })
      .example("$0 cache prune --older-than 30d", "what no study has used for a month")
      .example("$0 cache prune --kind logits --dry-run", "what that would free"),
  handler: async (options) => {
    const { cacheFolder } = await import("../artifacts/cache-folder.js");
    const { deleteArtifacts, keptArtifacts, listArtifacts } = await import("../artifacts/inventory.js");
    const { bytes } = await import("./names.js");
    const age = options["older-than"];
    const before = age === undefined ? Infinity : Date.now() - (await ageOf(age)) * 1000;
    const chosen = (await listArtifacts(cacheFolder())).filter(
      ({ kind, usedAt }) => Number(usedAt) <= before && (options.kind.length === 0 || options.kind.includes(kind)),
    );
    const dry = options["dry-run"];
    const kept = dry ? keptArtifacts(cacheFolder(), chosen) : await deleteArtifacts(cacheFolder(), chosen);
    const deleted = chosen.filter((entry) => !kept.has(entry));
    await print(deleted);
    for (const [entry, why] of kept) console.log(`kept, ${why}: ${entry.kind}  ${printable(entry.what ?? "damaged")}`);
    const [done, size] = [plural(deleted.length, "artifact"), bytes(total(deleted))];
    console.log(dry ? `${done} would be deleted, ${size}` : `${done} deleted, ${size} freed`);
  },
};

const pathCommand: CommandModule = {
  command: "path",
  describe: "The cache folder (KD_SWEEP_CACHE, or the platform's)",
  handler: async () => {
    const { cacheFolder } = await import("../artifacts/cache-folder.js");
    console.log(cacheFolder());
  },
};

async function ageOf(text: string): Promise<number> {
  const { seconds } = await import("../sweep/keys.js");
  try {
    return seconds(text);
  } catch {
    throw new UsageError(`--older-than: expected a time like 12h or 30d, found ${text}`);
  }
}

async function print(entries: readonly CacheEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const { bytes, duration } = await import("./names.js");
  const { layOut } = await import("../report/text-table.js");
  const rows = entries.map(({ bytes: size, key, kind, usedAt, what }) => [
    `${kind.padEnd(7)}  ${printable(what ?? "damaged")}`,
    bytes(size),
    // The clock may have been set back since.
    `${duration(Math.max(0, Date.now() - Number(usedAt)) / 1000)} ago`,
    key.slice(0, 12),
  ]);
  const columns = ["kind     what", "size", "last used", "key"];
  for (const line of layOut({ columns, rows }, process.stdout.columns || 120)) console.log(line);
}

function total(entries: readonly CacheEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
