import { randomUUID } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolders } from "../files/folders.js";
import { isLocked, tryLock, type Lock } from "../store/lock.js";

/**
 * Says to those who prune the cache which artifacts a running study uses: `uses/<id>.keys`, which counts as long as the
 * lock beside it is held, that is until `release` or the end of the process. Where the cache cannot be written, nothing
 * is said and nothing is pruned either.
 */
export class ArtifactUses {
  private readonly file: string;
  private readonly lock: Lock | null;

  constructor(root: string) {
    const folder = join(root, "uses");
    const id = randomUUID();
    this.file = join(folder, `${id}.keys`);
    try {
      makeFolders(folder);
      const taken = tryLock(join(folder, `${id}.lock`));
      this.lock = "release" in taken ? taken : null;
    } catch {
      this.lock = null;
    }
  }

  add(key: string): void {
    if (this.lock !== null) appendFileSync(this.file, `${key}\n`);
  }

  release(): void {
    if (this.lock === null) return;
    this.lock.release();
    for (const file of [this.file, lockOf(this.file)]) rmSync(file, { force: true });
  }
}

/** Keys of the artifacts that running studies use. Removes what killed ones left. */
export function keysInUse(root: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const folder = join(root, "uses");
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return keys;
  }
  for (const name of names.filter((each) => each.endsWith(".keys"))) {
    const file = join(folder, name);
    if (isLocked(lockOf(file))) for (const key of keysOf(file)) keys.add(key);
    else for (const left of [file, lockOf(file), `${lockOf(file)}.pid`]) rmSync(left, { force: true });
  }
  return keys;
}

/** None where its study has ended meanwhile. */
function keysOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trim().split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function lockOf(file: string): string {
  return file.replace(/\.keys$/, ".lock");
}
