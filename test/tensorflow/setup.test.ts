import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { wheelName } from "../../src/tensorflow/pins.js";
import { setUp } from "../../src/tensorflow/setup.js";
import type { SetupOptions, SetupResult } from "../../src/tensorflow/rungs.js";
import { UserError } from "../../src/trial/issue.js";
import { withEnvironment } from "../support/environment.js";
import { type Fixture, fixture, hasCompiler, libraryOf, program } from "./setup-fixture.js";

describe("setting TensorFlow up (needs g++)", () => {
  let machine: Fixture;
  let lines: string[];
  before(function () {
    if (!hasCompiler) this.skip();
  });
  beforeEach(() => {
    machine = fixture();
    lines = [];
  });
  afterEach(() => {
    machine.remove();
  });

  function run(options: Partial<SetupOptions> = {}, environment: NodeJS.ProcessEnv = {}): Promise<SetupResult> {
    const variables = { PATH: machine.path, CXX: undefined, KD_SWEEP_TENSORFLOW_WHEEL: undefined, ...environment };
    return withEnvironment(variables, () => setUp(machine.place, { log: (line) => lines.push(line), ...options }));
  }

  /** The one sentence that a user sees. */
  async function refusal(options: Partial<SetupOptions> = {}, environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const error = await run(options, environment).then(
      () => assert.fail("it was set up"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.exitCode, 3);
    assert.ok(!error.message.includes("\n"), error.message);
    return error.message;
  }

  it("fetches through pip, unpacks, compiles and links; the second time it does nothing", async () => {
    assert.deepEqual(await run(), { changed: true, tensorflow: "0.0.7" });
    const library = libraryOf(machine.place.tfjs.addon);
    assert.equal(dirname(library), realpathSync(machine.place.cache));
    assert.ok(existsSync(join(library, "LICENSE")), "the licence stays with the library");
    assert.ok(!existsSync(join(library, "include/tensorflow/compiler")), "only the headers that are needed");

    lines = [];
    assert.deepEqual(await run({}, { PATH: "" }), { changed: false, tensorflow: "0.0.7" });
    assert.deepEqual(lines, []);
    assert.equal(machine.downloads(), 1);

    await run({ wheel: "absent.whl" }, { PATH: "" });
    assert.match(lines.join("\n"), /^the wheel was not used: TensorFlow's library is there/);
  });

  it("takes a wheel named by hand, by option or environment, without pip", async () => {
    const python = join(machine.root, "bin/python3");
    program(python, "exit 1");
    assert.deepEqual(await run({ wheel: machine.wheel }), { changed: true, tensorflow: "0.0.7" });
    assert.ok(!lines.join("\n").includes("not used"), lines.join("\n"));
    rmSync(machine.place.cache, { recursive: true });
    assert.deepEqual(await run({}, { KD_SWEEP_TENSORFLOW_WHEEL: machine.wheel }), {
      changed: true,
      tensorflow: "0.0.7",
    });
    assert.ok(existsSync(machine.wheel), "a wheel of the user's stays");
  });

  it("deletes nothing of a user's own in the cache's folder, whatever it is called", async () => {
    const { cache, pin } = machine.place;
    const own = ["unfinished-thesis", "db.old-2024", "addon-x.old-1"].map((name) => join(cache, name));
    for (const folder of own) mkdirSync(folder, { recursive: true });
    const wheel = join(cache, wheelName(pin!));
    copyFileSync(machine.wheel, wheel);
    await run({ wheel });
    await run({ force: true });
    assert.deepEqual(
      [...own, wheel].filter((path) => !existsSync(path)),
      [],
    );
  });

  it("leaves an addon alone that loads and is not its own", async () => {
    await run();
    const { addon } = machine.place.tfjs;
    const own = join(machine.root, "own.node");
    copyFileSync(addon, own);
    rmSync(addon);
    // Beside its libraries' folder, as one built by node-gyp.
    const place = join(libraryOfCache(machine), "deps");
    mkdirSync(place);
    copyFileSync(own, join(place, "own.node"));
    symlinkSync(join(place, "own.node"), addon);
    assert.deepEqual(await run({}, { PATH: "" }), { changed: false, tensorflow: "0.0.7" });
    assert.equal(realpathSync(addon), realpathSync(join(place, "own.node")));
  });

  it("builds anew what an older kd-sweep built of other sources", async () => {
    await run();
    const { addon } = machine.place.tfjs;
    const current = realpathSync(addon);
    const older = join(libraryOfCache(machine), "addon-0.0.1-0123456789ab", "tfjs_binding.node");
    mkdirSync(dirname(older));
    renameSync(current, older);
    rmSync(dirname(current), { recursive: true });
    rmSync(addon);
    symlinkSync(older, addon);
    assert.deepEqual(await run(), { changed: true, tensorflow: "0.0.7" });
    assert.equal(realpathSync(addon), current);
    assert.equal(machine.downloads(), 1);
  });

  it("replaces an addon that does not load", async () => {
    const { addon } = machine.place.tfjs;
    mkdirSync(dirname(addon), { recursive: true });
    writeFileSync(addon, "no addon");
    assert.deepEqual(await run(), { changed: true, tensorflow: "0.0.7" });
  });

  describe("mends", () => {
    beforeEach(async () => {
      await run();
    });

    it("a folder node_modules that was installed anew, from the cache alone, without pip or a compiler", async () => {
      rmSync(dirname(machine.place.tfjs.addon), { recursive: true });
      assert.deepEqual(await run({}, { PATH: "/nonexistent" }), { changed: true, tensorflow: "0.0.7" });
    });

    it("a link that leads nowhere since the cache was deleted", async () => {
      rmSync(machine.place.cache, { recursive: true });
      assert.deepEqual(await run(), { changed: true, tensorflow: "0.0.7" });
      assert.equal(machine.downloads(), 2);
    });

    it("a library with other bytes of the same length", async () => {
      const file = join(libraryOf(machine.place.tfjs.addon), "libtensorflow_cc.so.2");
      writeSync(openSync(file, "r+"), "damaged", readFileSync(file).length - 100);
      assert.deepEqual(await run(), { changed: true, tensorflow: "0.0.7" });
      assert.ok(lines.some((line) => line.includes(file) && line.includes("damaged")));
    });

    for (const [what, name] of [
      ["library", "../libtensorflow_framework.so.2"],
      ["addon", "tfjs_binding.node"],
    ] as const) {
      it(`a cut ${what}`, async () => {
        truncateSync(join(dirname(realpathSync(machine.place.tfjs.addon)), name), 100);
        assert.deepEqual(await run(), { changed: true, tensorflow: "0.0.7" });
        assert.deepEqual(await run(), { changed: false, tensorflow: "0.0.7" });
      });
    }

    it("a cached addon that does not load here, by building it anew", async () => {
      const { tfjs } = machine.place;
      const calls: string[] = [];
      const probe = (): ReturnType<typeof machine.place.probe> => {
        calls.push(realpathSync(tfjs.addon));
        return calls.length === 1 ? Promise.resolve({ ok: false, reason: "not here" }) : machine.place.probe();
      };
      rmSync(dirname(tfjs.addon), { recursive: true });
      const variables = { PATH: machine.path, CXX: undefined };
      const again = await withEnvironment(variables, () =>
        setUp({ ...machine.place, probe }, { log: () => undefined }),
      );
      assert.deepEqual(again, { changed: true, tensorflow: "0.0.7" });
      assert.deepEqual([calls.length, machine.downloads()], [2, 1]);
    });

    it("nothing, but builds the addon anew when told to, from the library that is there", async () => {
      assert.deepEqual(await run({ force: true }), { changed: true, tensorflow: "0.0.7" });
      assert.equal(machine.downloads(), 1);
      assert.equal(lines.filter((line) => line.startsWith("compiling")).length, 2);
    });

    it("never by touching what works: a refused wheel leaves the addon in place", async () => {
      const before = realpathSync(machine.place.tfjs.addon);
      truncateSync(machine.wheel, 1000);
      rmSync(join(libraryOf(before), "libtensorflow_cc.so.2"));
      await refusal({ wheel: machine.wheel });
      assert.equal(realpathSync(machine.place.tfjs.addon), before);
    });
  });

  describe("says in one sentence what is missing", () => {
    it("a wheel that is cut off, another one, none", async () => {
      const other = join(machine.root, "other.whl");
      const bytes = readFileSync(machine.wheel);
      writeFileSync(other, bytes.subarray(0, 5000));
      assert.match(await refusal({ wheel: other }), /other\.whl has 5000 bytes where .* has \d+: it is cut off/);
      bytes[bytes.length - 30]! ^= 1;
      writeFileSync(other, bytes);
      assert.match(await refusal({ wheel: other }), /has the sha256 [0-9a-f]{64}, expected [0-9a-f]{64}/);
      assert.match(await refusal({ wheel: join(machine.root, "none.whl") }), /none\.whl is not a file/);
    });

    it("a download that is not the pinned wheel", async () => {
      truncateSync(machine.wheel, 5000);
      assert.match(await refusal(), /the wheel that pip fetched has 5000 bytes/);
    });

    it("python3", async () => {
      const tools = toolsWithout(machine, []);
      assert.match(
        await refusal({}, { PATH: tools }),
        /there is no python3 with pip .*apt-get install python3.*--wheel/,
      );
    });

    it("pip", async () => {
      program(join(machine.root, "bin/python3"), 'echo "No module named pip" >&2; exit 1');
      const tools = toolsWithout(machine, ["python3"]);
      assert.match(await refusal({}, { PATH: tools }), /python3 has no pip .*python3-pip/);
    });

    const answers = [
      ["an index that does not answer", "WARNING: Retrying (Retry(total=0)) after connection broken", /does not reach/],
      [
        "an index without it",
        "ERROR: No matching distribution found for tensorflow-cpu==0.0.7",
        /has no tensorflow-cpu/,
      ],
      ["a download that breaks off", "ERROR: Wheel located at /x/y.whl is invalid.", /download of .* broke off/],
      ["a full disk", "ERROR: Could not install: [Errno 28] No space left on device", /the disk is full/],
      ["anything else that pip says", "ERROR: something odd", /pip did not fetch .*ERROR: something odd/],
    ] as const;
    for (const [what, answer, expected] of answers) {
      it(what, async () => {
        const version = 'if [ "$3" = --version ]; then echo pip; exit; fi';
        program(join(machine.root, "bin/python3"), `${version}\necho '${answer}' >&2; exit 1`);
        assert.match(await refusal(), expected);
      });
    }

    it("a C++ compiler, before anything is fetched", async () => {
      assert.match(
        await refusal({}, { PATH: join(machine.root, "bin") }),
        /there is no C\+\+ compiler .*apt-get install g\+\+/,
      );
      assert.match(await refusal({}, { CXX: "/nowhere/g++" }), /`\/nowhere\/g\+\+`, which CXX names, does not run/);
      assert.equal(machine.downloads(), 0);
    });

    it("write access to the installation, which another backend needs none of", function () {
      const installed = join(machine.root, "installed");
      mkdirSync(installed);
      chmodSync(machine.root, 0o755);
      chmodSync(installed, 0o555);
      const rungs = new URL("../../src/tensorflow/rungs.js", import.meta.url).href;
      const addon = JSON.stringify(join(installed, "lib", "napi", "tfjs_binding.node"));
      const script = `console.log((await import(${JSON.stringify(rungs)})).installationFault({ addon: ${addon} }))`;
      // Root may write everything: another user asks.
      const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      const args = ["--input-type=module", "--eval", script];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", ...asNobody });
      // It may not read this program.
      if (stdout === "" && /EACCES|ERR_MODULE_NOT_FOUND/.test(stderr)) this.skip();
      assert.match(stdout, /installed may not be written by this user\n/, stderr);
    });

    it("a compiler that fails", async () => {
      writeFileSync(join(machine.place.tfjs.folder, "binding/tfjs_binding.cc"), "#error not today\n");
      assert.match(await refusal(), /g\+\+ does not compile .*not today/);
    });
  });
});

function libraryOfCache(machine: Fixture): string {
  return join(machine.place.cache, "tensorflow-0.0.7-linux-x64");
}

/** A PATH of a compiler that answers, and of what is named of the fixture's programs. */
function toolsWithout(machine: Fixture, kept: readonly string[]): string {
  const folder = join(machine.root, "tools");
  mkdirSync(folder);
  program(join(folder, "g++"), "echo 1");
  for (const name of kept) symlinkSync(join(machine.root, "bin", name), join(folder, name));
  return folder;
}
