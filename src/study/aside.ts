import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { refuseLinks } from "../store/check.js";
import { lockStudy } from "../store/files.js";
import { databaseName } from "../store/store.js";
import { UserError } from "../trial/issue.js";

/** Whether a study's folder is one that was set aside, by its name. */
export function isAside(name: string): boolean {
  return /-\d{4}-\d{2}-\d{2}-\d{6}(-\d+)?$/.test(name);
}

/**
 * Moves a study's folder aside, whole, so that another can begin in its place.
 * @returns the folder's new path, dated; null where there was no study
 * @throws UserError where a link is in the folder; with exit code 3 where a process has the study, or the folder cannot be moved
 */
export function setAside(folder: string, now: Date): string | null {
  if (!existsSync(join(folder, databaseName))) return null;
  refuseLinks(folder);
  const lock = lockStudy(folder);
  try {
    const dated = `${folder}-${now.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "")}`;
    let target = dated;
    for (let number = 2; existsSync(target); number++) target = `${dated}-${number}`;
    renameSync(folder, target);
    return target;
  } catch (error) {
    throw new UserError(`${folder} cannot be moved aside (${(error as Error).message}); nothing was run`, 3);
  } finally {
    lock.release();
  }
}
