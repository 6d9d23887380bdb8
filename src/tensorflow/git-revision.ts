import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The commit of the git checkout that a folder is the top of, its first 12 digits, with `+changes` where tracked files
 * differ from it. undefined where it is none (an installed package) or git is not there.
 */
export function gitRevision(folder = fileURLToPath(new URL("../../..", import.meta.url))): string | undefined {
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5_000,
      // Looking must not write to the repository's index.
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
    }).trim();
  try {
    // A package below somebody else's repository is not that repository's.
    if (realpathSync(git("rev-parse", "--show-toplevel")) !== realpathSync(folder)) return undefined;
    const commit = git("rev-parse", "--short=12", "HEAD");
    return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}+changes`;
  } catch {
    return undefined;
  }
}
