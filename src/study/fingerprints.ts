import { stat } from "node:fs/promises";
import { combinedChecksum, rememberedChecksums } from "../files/checksums.js";
import { contentFiles } from "../models/content.js";
import { backbones, datasets } from "../settings/registries.js";
import type { SizedTeacher } from "../sweep/plan.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError, type Issue } from "../trial/issue.js";
import type { Settings } from "../trial/value.js";

/**
 * Reads (or remembers) the content of each data set and of the files that a teacher starts from or consists of.
 * @throws UserError naming the folder that is missing, or all of a teacher's files that are
 */
export async function readFingerprints(
  sets: Iterable<Settings["dataset"]>,
  teachers: Iterable<SizedTeacher>,
  cacheFolder: string,
): Promise<Fingerprints> {
  const contents = new Map<string, string>();
  for (const set of sets) {
    contents.set(JSON.stringify(set), await datasets.get(set.name).fingerprint(set, cacheFolder));
  }
  const weights = await readWeights(teachers, cacheFolder);
  return {
    dataset: (dataset) => known(contents.get(JSON.stringify(dataset)), `the data set ${dataset.name}`),
    weights: (teacher, imageSize) =>
      known(weights.get(weightsKey(teacher, imageSize)), `the weights of ${teacher.backbone}`),
  };
}

/** What decides which files a teacher starts from. */
function weightsKey(teacher: SizedTeacher["teacher"], imageSize: number): string {
  const { contentSettings = [] } = backbones.get(teacher.backbone);
  return JSON.stringify([teacher.backbone, contentSettings.map((setting) => teacher[setting] ?? null), imageSize]);
}

async function readWeights(
  teachers: Iterable<SizedTeacher>,
  cacheFolder: string,
): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  const issues = new Map<string, Issue>();
  for (const { teacher, imageSize } of teachers) {
    const key = weightsKey(teacher, imageSize);
    if (found.has(key)) continue;
    found.set(key, null);
    const backbone = backbones.get(teacher.backbone);
    try {
      const files = await contentFiles(backbone, teacher, imageSize, cacheFolder);
      const setting = `teacher.${backbone.contentSettings?.[0] ?? "backbone"}`;
      found.set(key, await contentOf(files, setting, cacheFolder));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      for (const issue of error.issues) issues.set(JSON.stringify(issue), issue);
    }
  }
  if (issues.size > 0) {
    throw new UserError("files that the sweep's teachers start from are missing; nothing was run", 1, [
      ...issues.values(),
    ]);
  }
  return found;
}

/** One file's sha256; of several files one over all of theirs; null of none. */
async function contentOf(files: readonly string[], setting: string, cacheFolder: string): Promise<string | null> {
  const checksums: string[] = [];
  const issues: Issue[] = [];
  for (const path of files) {
    const found = await checksumOf(path, cacheFolder);
    if (found === undefined) issues.push(await unreadable(path, setting));
    else checksums.push(found);
  }
  if (issues.length > 0) throw new UserError("the teacher's files cannot be read", 1, issues);
  return checksums.length === 0 ? null : combinedChecksum(checksums);
}

async function checksumOf(path: string, cacheFolder: string): Promise<string | undefined> {
  const status = await stat(path, { bigint: true }).catch(() => null);
  if (status === null) return undefined;
  const listed = { source: path, path, bytes: Number(status.size), modified: status.mtimeNs };
  return (await rememberedChecksums(path, [listed], cacheFolder)).get(path);
}

async function unreadable(path: string, setting: string): Promise<Issue> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  const found = there ? `one that cannot, ${path}` : `nothing at ${path}`;
  return { path: setting, expected: "a file that can be read", found };
}

function known<T>(fingerprint: T | undefined, what: string): T {
  if (fingerprint === undefined) throw new Error(`no fingerprint was made of ${what}`);
  return fingerprint;
}
