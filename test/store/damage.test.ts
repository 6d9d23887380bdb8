import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { StudyReader } from "../../src/store/reader.js";
import { openStudy } from "../../src/store/sqlite.js";
import { finishedElsewhere } from "../../src/study/elsewhere.js";
import { UserError } from "../../src/trial/issue.js";
import { complete, environment, metrics, plan, trial } from "./samples.js";
import { program, start, temporaryFolder } from "./programs/programs.js";

/** A finished study of 40 trials. */
function write(study: string): string {
  const store = openStudy(study, { create: true });
  store.plan(plan([...Array(40).keys()]));
  store.environment(environment);
  for (let index = 0; index < 40; index++) {
    const attempt = store.begin(trial(index).id, 0);
    store.epoch(attempt, metrics(1));
    store.finish(attempt, complete());
  }
  store.close();
  return join(study, "study.sqlite");
}

/** Root may read everything: another user asks. */
function asNobody(ask: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    ask();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

const hash = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("a study folder that does not serve", () => {
  const folder = temporaryFolder();
  const study = (): string => join(folder(), "study");

  /** Both ways to open it end in one sentence, and change nothing in it. */
  function assertRefused(expected: RegExp, options: { exitCode?: 1 | 3; create?: boolean } = {}): void {
    const opens = [
      () => openStudy(study()),
      () => StudyReader.open(study()).snapshot(),
      ...(options.create === false ? [] : [() => openStudy(study(), { create: true })]),
    ];
    for (const open of opens) {
      assert.throws(open, (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.match(error.message, expected);
        assert.equal(error.exitCode, options.exitCode ?? 1);
        assert.ok(!error.message.includes("\n"), "one sentence");
        return true;
      });
    }
  }

  /** As `assertRefused`, with the database's bytes the same before and after. */
  function assertKept(expected: RegExp): void {
    const path = join(study(), "study.sqlite");
    const before = hash(path);
    assertRefused(expected);
    assert.equal(hash(path), before);
    assert.deepEqual(
      readdirSync(study()).filter((name) => name.startsWith("study.sqlite")),
      ["study.sqlite"],
    );
  }

  it("because it is missing", () => {
    assertRefused(/study: there is no such study folder$/, { create: false });
    assert.throws(() => statSync(study()), { code: "ENOENT" });
  });

  it("because it is empty", () => {
    mkdirSync(study());
    assertRefused(/study holds no study: it has no study\.sqlite$/, { create: false });
    assert.deepEqual(readdirSync(study()), []);
  });

  it("because it is a file", () => {
    writeFileSync(study(), "text");
    assertRefused(/study: expected a study folder, found a file$/);
    assert.equal(readFileSync(study(), "utf8"), "text");
  });

  for (const [what, locked, mode] of [
    ["a folder in it may not be read", "charts", 0o000],
    ["it may be entered, and not listed", "", 0o711],
  ] as const) {
    it(`because ${what}; to a study beside it that is a warning`, () => {
      write(study());
      mkdirSync(join(study(), "charts"));
      chmodSync(folder(), 0o755);
      chmodSync(join(study(), locked), mode);
      asNobody(() => {
        const refusal = new RegExp(`study${locked && "/"}${locked} cannot be read \\(permission was denied\\)`);
        assertRefused(refusal, { exitCode: 3, create: false });
        const { unreadable } = finishedElsewhere(join(folder(), "mine"), [trial(0)]);
        assert.match(unreadable.join(), refusal);
      });
    });
  }

  it("because its database is a folder", () => {
    mkdirSync(join(study(), "study.sqlite"), { recursive: true });
    assertRefused(/study\.sqlite: expected a file$/);
  });

  it("because its database has no content", () => {
    mkdirSync(study());
    writeFileSync(join(study(), "study.sqlite"), "");
    assertKept(/study\.sqlite is damaged \(it has no content\); it was left as it is/);
  });

  it("because its database is garbage", () => {
    mkdirSync(study());
    writeFileSync(join(study(), "study.sqlite"), "garbage\n".repeat(5000));
    assertKept(/study\.sqlite is damaged \(file is not a database\); it was left as it is/);
  });

  for (const share of [0.02, 0.3, 0.5, 0.99]) {
    it(`because its database was cut off after ${share * 100} %`, () => {
      const path = write(study());
      truncateSync(path, Math.floor(statSync(path).size * share));
      assertKept(/study\.sqlite is damaged \(.*\); it was left as it is/);
    });
  }

  it("because a piece in the middle of its database was overwritten", () => {
    const path = write(study());
    const bytes = readFileSync(path);
    for (let page = 4096 * 3; page < 4096 * 8; page += 4096) bytes.fill(0x5a, page, page + 64);
    writeFileSync(path, bytes);
    assertKept(/study\.sqlite is damaged \(.*\); it was left as it is/);
  });

  for (const share of [0, 0.5]) {
    it(`because it was cut off after ${share * 100} % while a killed run's log lay beside it: neither is touched`, async () => {
      const writer = start("write", study(), "40");
      for (let line = 0; line < 60; line++) await writer.next();
      await writer.kill();
      const path = join(study(), "study.sqlite");
      truncateSync(path, Math.floor(statSync(path).size * share));
      const before = [hash(path), hash(`${path}-wal`)];
      assertRefused(/study\.sqlite is damaged \(.*\); it was left as it is/);
      assert.deepEqual([hash(path), hash(`${path}-wal`)], before);
    });
  }

  it("because a newer version wrote it", () => {
    const path = write(study());
    const connection = new DatabaseSync(path);
    connection.exec("PRAGMA user_version = 99");
    connection.close();
    assertKept(
      /study\.sqlite was written by a newer kd-sweep \(format 99; this one reads up to \d+\): update kd-sweep$/,
    );
  });

  it("because its database is another program's", () => {
    mkdirSync(study());
    const connection = new DatabaseSync(join(study(), "study.sqlite"));
    connection.exec("CREATE TABLE trials (trial_id INTEGER PRIMARY KEY); PRAGMA user_version = 1");
    connection.close();
    assertKept(/study\.sqlite is not a study of kd-sweep but another program's database$/);
  });

  it("because another program has its database locked", () => {
    const path = write(study());
    const connection = new DatabaseSync(path);
    connection.exec("BEGIN EXCLUSIVE");
    const reading = execute("open", study());
    assert.deepEqual(reading, ["3", `${path} is locked by another program; close it and start again`]);
    connection.close();
    StudyReader.open(study()).close();
  }).timeout(60_000);

  it("not at all because a process was killed in the middle of a change: that is taken back, also by who only reads", async () => {
    write(study());
    for (const open of [() => StudyReader.open(study()), () => openStudy(study())]) {
      assert.equal(await start("half", study()).ended, null);
      assert.ok(readdirSync(study()).includes("study.sqlite-journal"));
      const opened = open();
      assert.deepEqual(opened.snapshot().trials[39]?.spec, trial(39));
      opened.close();
    }
  });

  it("not at all because a study before it was left half made", () => {
    mkdirSync(study());
    writeFileSync(join(study(), "study.sqlite.new"), "half");
    write(study());
    assert.deepEqual(readdirSync(study()).sort(), [".lock", "study.sqlite"]);
  });
});

describe("a disk that does not serve", function () {
  const folder = temporaryFolder();
  const namespace = ["--user", "--map-root-user", "--mount", "sh", "-ec"];
  const possible = ((): boolean => {
    try {
      execFileSync("unshare", [...namespace, "mount -t tmpfs none /mnt"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();
  const inside = possible ? it : it.skip;
  const why = possible ? "" : " (skipped: mounting a small disk needs unshare, which is not to be had here)";

  /** Runs a program on a disk of its own, mounted at `$1`; what it said, in lines. */
  function on(mount: string, ...args: readonly string[]): string[] {
    const command = `${mount}; shift; exec "$@"`;
    const output = execFileSync("unshare", [...namespace, command, "sh", folder(), process.execPath, ...args]);
    return output.toString().trimEnd().split("\n");
  }

  inside(`ends a full disk's run in one sentence; what was finished before is there${why}`, () => {
    const lines = on('mount -t tmpfs -o size=600k none "$1"', program("full"), folder());
    const [finished = "", exitCode, message = "", read] = lines;
    assert.ok(Number(finished) > 3);
    assert.equal(exitCode, "3");
    assert.match(message, /study\.sqlite: the disk (is full; make room|could not be read or written)/);
    assert.equal(read, finished, "the trials that were finished");
  });

  inside(`ends with exit code 3 where the folder may only be read; a finished study can be read there${why}`, () => {
    const path = join(folder(), "study");
    write(path);
    const lines = on('mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', program("open"), path, "write");
    assert.equal(lines[0], "40 complete");
    assert.equal(lines[1], "3");
    assert.match(lines[2] ?? "", /cannot be (locked|opened or written)/);
  });
});

/** Runs a program to its end; its lines. */
function execute(name: string, ...args: readonly string[]): string[] {
  return execFileSync(process.execPath, [program(name), ...args])
    .toString()
    .trimEnd()
    .split("\n");
}
