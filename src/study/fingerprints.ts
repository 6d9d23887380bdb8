import { stat } from "node:fs/promises";
import { rememberedChecksums } from "../files/checksums.js";
import { teacherWeights } from "../models/pretrained/weight-files.js";
import { backbones, datasets } from "../settings/registries.js";
import type { SizedTeacher } from "../sweep/plan.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError, type Issue } from "../trial/issue.js";
import type { Settings } from "../trial/value.js";

/**
 * Reads (or remembers) the content of each data set and of each weight file that a teacher starts from.
 * @throws UserError naming the folder that is missing, or all weight files that are
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

/** What decides which file a teacher starts from. */
function weightsKey({ backbone, weights }: SizedTeacher["teacher"], imageSize: number): string {
  return JSON.stringify([backbone, weights ?? null, imageSize]);
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
    if (backbone.kind === "scratch") continue;
    try {
      const settings = backbone.settings.parse(teacher);
      const path = await teacherWeights(settings, backbone.officialWeights(imageSize), cacheFolder);
      found.set(key, await checksumOf(path, cacheFolder));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      for (const issue of error.issues) issues.set(JSON.stringify(issue), issue);
    }
  }
  if (issues.size > 0) {
    throw new UserError("weights that the sweep's teachers start from are missing; nothing was run", 1, [
      ...issues.values(),
    ]);
  }
  return found;
}

async function checksumOf(path: string, cacheFolder: string): Promise<string> {
  const status = await stat(path, { bigint: true }).catch(() => null);
  const checksum =
    status === null
      ? undefined
      : (
          await rememberedChecksums(
            path,
            [{ source: path, path, bytes: Number(status.size), modified: status.mtimeNs }],
            cacheFolder,
          )
        ).get(path);
  if (checksum !== undefined) return checksum;
  const issue = { path: "teacher.weights", expected: "a file that can be read", found: `one that cannot, ${path}` };
  throw new UserError("the teacher's weights cannot be read", 1, [issue]);
}

function known<T>(fingerprint: T | undefined, what: string): T {
  if (fingerprint === undefined) throw new Error(`no fingerprint was made of ${what}`);
  return fingerprint;
}
