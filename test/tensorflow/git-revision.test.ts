import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitRevision } from "../../src/tensorflow/git-revision.js";
import { temporaryFolder } from "../support/temporary.js";

describe("the git revision of a checkout", () => {
  const folder = temporaryFolder().path;
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=n", "-c", "user.email=e", ...args], { encoding: "utf8" });

  it("is its commit, marked where files were changed; a folder below, or without git, has none", () => {
    assert.equal(gitRevision(folder), undefined);
    git("init", "--quiet");
    assert.equal(gitRevision(folder), undefined, "no commit yet");
    writeFileSync(join(folder, "file"), "1");
    git("add", "file");
    git("commit", "--quiet", "--message", "one");
    const commit = git("rev-parse", "HEAD").slice(0, 12);
    assert.equal(gitRevision(folder), commit);
    writeFileSync(join(folder, "untracked"), "");
    assert.equal(gitRevision(folder), commit);
    writeFileSync(join(folder, "file"), "2");
    assert.equal(gitRevision(folder), `${commit}+changes`);
    mkdirSync(join(folder, "below"));
    assert.equal(gitRevision(join(folder, "below")), undefined);
  });
});
