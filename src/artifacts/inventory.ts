import { lstat, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { tryLock, type Held, type Lock } from "../store/lock.js";
import { UserError } from "../trial/issue.js";
import { keysInUse } from "./uses.js";

export const artifactKinds = ["images", "teacher", "logits"] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

/** An artifact as it stands in the cache, damaged ones included, and what a killed maker has left to the next one. */
export interface CacheEntry {
  readonly kind: ArtifactKind;
  readonly key: string;
  /** Its folder's, the key unless it is unfinished. */
  readonly name: string;
  readonly unfinished: boolean;
  /** What it is, as it says itself; null where it is damaged. */
  readonly what: string | null;
  readonly bytes: number;
  readonly usedAt: Date;
}

/** Only these are looked at: a folder under another name was made by somebody else. */
const namePattern = /^(?<key>[0-9a-f]{64})(\.unfinished)?(\.new|\.old)?$/;
/** What a maker that was killed had half written, or somebody who was deleting it had left. */
const isLeftover = (name: string): boolean => /\.(new|old)$/.test(name);

/** All artifacts of a cache folder, the latest used first. */
export async function listArtifacts(root: string): Promise<readonly CacheEntry[]> {
  const entries: CacheEntry[] = [];
  for (const kind of artifactKinds) {
    for (const name of await namesIn(join(root, "artifacts", kind))) {
      const folder = join(root, "artifacts", kind, name);
      const key = namePattern.exec(name)?.groups?.key;
      if (key === undefined || !(await isFolder(folder))) continue;
      const { bytes, changedAt } = await sizeOf(folder);
      const unfinished = name !== key;
      const checkpoint = isLeftover(name)
        ? "half written, or half deleted"
        : "a checkpoint of one that is not finished";
      const what = unfinished ? checkpoint : await describeFolder(folder);
      entries.push({ kind, key, name, unfinished, what, bytes, usedAt: changedAt });
    }
  }
  return entries.sort((one, other) => Number(other.usedAt) - Number(one.usedAt) || (one.key < other.key ? -1 : 1));
}

/** Why an entry that was to go is still there. */
export type Kept = "in use" | "being made" | "not to be locked by this user";

/**
 * Deletes artifacts, each whole or not at all, except what a running study uses or a process is making.
 * @returns why each that was kept was kept
 */
export async function deleteArtifacts(
  root: string,
  entries: readonly CacheEntry[],
): Promise<ReadonlyMap<CacheEntry, Kept>> {
  const kept = new Map<CacheEntry, Kept>();
  for (const entry of entries) {
    const lock = lockOrReason(root, entry);
    if (typeof lock === "string") {
      kept.set(entry, lock);
      continue;
    }
    try {
      const folder = join(root, "artifacts", entry.kind, entry.name);
      if (isLeftover(entry.name)) {
        await rm(folder, { recursive: true, force: true });
        continue;
      }
      // First out of the way, under the name of what a killed maker leaves, which the next maker clears away.
      await rm(`${folder}.old`, { recursive: true, force: true });
      await rename(folder, `${folder}.old`).catch((error: unknown) => {
        // Another process that prunes was first.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      });
      await rm(`${folder}.old`, { recursive: true, force: true });
    } finally {
      lock.release();
    }
  }
  return kept;
}

/** What `deleteArtifacts` would keep at this moment, and why; deletes nothing. */
export function keptArtifacts(root: string, entries: readonly CacheEntry[]): ReadonlyMap<CacheEntry, Kept> {
  const kept = new Map<CacheEntry, Kept>();
  for (const entry of entries) {
    const lock = lockOrReason(root, entry);
    if (typeof lock === "string") kept.set(entry, lock);
    else lock.release();
  }
  return kept;
}

/** The lock under which an entry may be deleted, or why it may not. */
function lockOrReason(root: string, entry: CacheEntry): Lock | Kept {
  const lock = lockOf(root, entry);
  if (lock === null) return "not to be locked by this user";
  if (!("release" in lock)) return "being made";
  let isUsed = true;
  try {
    // Asked under the lock: a study says that it uses an artifact before it looks for it.
    isUsed = keysInUse(root).has(entry.key);
  } finally {
    if (isUsed) lock.release();
  }
  return isUsed ? "in use" : lock;
}

/** null where another user made the lock, which this one may not write. */
function lockOf(root: string, { key }: CacheEntry): Lock | Held | null {
  try {
    return tryLock(join(root, "locks", `${key}.lock`));
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

const images = z.object({ kind: z.literal("images"), dataset: z.object({ name: z.string(), imageSize: z.number() }) });
/** A table and a saved model have no seed: nothing of them is drawn. */
const teacher = z.object({
  kind: z.literal("teacher"),
  images,
  teacher: z.object({ backbone: z.string(), seed: z.number().optional() }),
});
const logits = z.object({
  kind: z.literal("logits"),
  teacher,
  views: z.object({ augmentation: z.object({ type: z.string() }), epochs: z.number() }).nullable(),
});
const header = z.object({ spec: z.discriminatedUnion("kind", [images, teacher, logits]) });

async function describeFolder(folder: string): Promise<string | null> {
  try {
    return words(header.parse(JSON.parse(await readFile(join(folder, "info.json"), "utf8"))).spec);
  } catch {
    return null;
  }
}

function words(spec: z.output<typeof header>["spec"]): string {
  switch (spec.kind) {
    case "images":
      return `${spec.dataset.name} at ${spec.dataset.imageSize} px`;
    case "teacher": {
      const { backbone, seed } = spec.teacher;
      return `${backbone}${seed === undefined ? "" : ` seed ${seed}`} on ${words(spec.images)}`;
    }
    case "logits": {
      const views = spec.views === null ? "" : `${spec.views.augmentation.type}, ${spec.views.epochs} epochs, of `;
      return `${views}${words(spec.teacher)}`;
    }
  }
}

/** Links are not followed: what they lead to is not the cache's. */
async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function sizeOf(folder: string): Promise<{ bytes: number; changedAt: Date }> {
  let bytes = 0;
  let changed = 0;
  for (const name of await namesIn(folder)) {
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found === null) continue;
    bytes += found.size;
    changed = Math.max(changed, found.mtimeMs);
  }
  return { bytes, changedAt: new Date(changed) };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}
