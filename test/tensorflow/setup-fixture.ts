// A TensorFlow in small, for set-up to work on without a network: a wheel with two real shared libraries, a package with
// a real addon's source, and a `python3` that serves the wheel as pip does.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { readTfjsPackage } from "../../src/tensorflow/package.js";
import type { WheelPin } from "../../src/tensorflow/pins.js";
import type { ProbeResult } from "../../src/tensorflow/probe.js";
import type { Place } from "../../src/tensorflow/rungs.js";
import { runProcess } from "../../src/tensorflow/run-process.js";
import { zip } from "./setup-zip.js";

export const hasCompiler = process.platform === "linux" && spawnSync("g++", ["--version"]).status === 0;

const SOURCE = `#include <node_api.h>
#include "tensorflow/c/c_api.h"
static napi_value Init(napi_env env, napi_value exports) {
  napi_value version;
  napi_create_string_utf8(env, TF_Version(), NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "TF_Version", version);
  return exports;
}
NAPI_MODULE(tfjs_binding, Init)
`;

/** Bytes that do not compress, so that unpacking takes many reads. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(Uint8Array.from({ length }, () => (state = (state * 48271) % 2147483647) & 0xff));
}

let libraries: Record<string, Buffer> | undefined;

/** The wheel's entries: two libraries that call each other as TensorFlow's do, a header, and what is not to be unpacked. */
export function wheelEntries(): Record<string, Buffer> {
  libraries ??= compileLibraries();
  return {
    "tensorflow/__init__.py": Buffer.from("raise ImportError\n"),
    ...libraries,
    "tensorflow/include/tensorflow/c/c_api.h": Buffer.from('extern "C" const char* TF_Version();\n'),
    "tensorflow/include/tensorflow/compiler/other.h": Buffer.from("#error not needed\n"),
    "tensorflow/include/LICENSE": Buffer.from("Apache License\n"),
  };
}

function compileLibraries(): Record<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "kd-sweep-library-"));
  const compile = (name: string, source: string, ...more: string[]): Buffer => {
    const input = join(folder, `${name}.cc`);
    const output = join(folder, name);
    writeFileSync(input, source);
    execFileSync("g++", ["-shared", "-fPIC", `-Wl,-soname,${name}`, input, "-o", output, ...more]);
    return readFileSync(output);
  };
  const framework = compile("libtensorflow_framework.so.2", 'extern "C" const char* name() { return "0.0.7"; }');
  const cc = compile(
    "libtensorflow_cc.so.2",
    'extern "C" const char* name(); extern "C" const char* TF_Version() { return name(); }',
    `-L${folder}`,
    "-l:libtensorflow_framework.so.2",
    "-Wl,-rpath,$ORIGIN",
  );
  rmSync(folder, { recursive: true });
  return {
    "tensorflow/libtensorflow_framework.so.2": framework,
    // A loader reads no further than the sections: what follows only makes it long.
    "tensorflow/libtensorflow_cc.so.2": Buffer.concat([cc, noise(4_000_000)]),
  };
}

export function pinFor(wheel: Buffer): WheelPin {
  return {
    target: "linux-x64",
    project: "tensorflow-cpu",
    version: "0.0.7",
    python: "3.11",
    platform: "manylinux_2_27_x86_64",
    glibc: "2.2",
    sha256: createHash("sha256").update(wheel).digest("hex"),
    bytes: wheel.length,
    unpackedBytes: 5_000_000,
  };
}

export interface Fixture {
  readonly root: string;
  readonly place: Place;
  readonly pin: WheelPin;
  /** The whole wheel. */
  readonly wheel: string;
  /** Has the `python3` that serves it, and all other programs. */
  readonly path: string;
  /** How often pip was asked for the wheel. */
  downloads(): number;
  remove(): void;
}

/** A machine on which nothing is set up. */
export function fixture(): Fixture {
  const root = mkdtempSync(join(tmpdir(), "kd-sweep-setup-"));
  const packageFolder = join(root, "tfjs-node");
  mkdirSync(join(packageFolder, "binding"), { recursive: true });
  writeFileSync(join(packageFolder, "binding", "tfjs_binding.cc"), SOURCE);
  const binary = {
    module_name: "tfjs_binding",
    module_path: "./lib/napi-v{napi_build_version}",
    napi_versions: [3, 8],
  };
  writeFileSync(join(packageFolder, "package.json"), JSON.stringify({ version: "4.22.0", binary }));
  const wheel = join(root, "tensorflow.whl");
  const bytes = zip(wheelEntries());
  writeFileSync(wheel, bytes);
  const bin = join(root, "bin");
  mkdirSync(bin);
  const log = join(root, "downloads");
  program(
    join(bin, "python3"),
    `if [ "$3" = --version ]; then echo "pip 23.2.1 (python 3.11)"; exit; fi
echo "$@" >> '${log}'
while [ $# -gt 1 ]; do if [ "$1" = --dest ]; then dest="$2"; fi; shift; done
if [ -n "$PIP_KILLS" ]; then head -c 100000 '${wheel}' > "$TMPDIR/part.whl"; kill -9 $PPID; exit 1; fi
mkdir -p "$dest" && cp '${wheel}' "$dest/tensorflow_cpu-0.0.7-cp311-cp311-manylinux_2_27_x86_64.whl"`,
  );
  return {
    root,
    pin: pinFor(bytes),
    place: placeIn(root, pinFor(bytes)),
    wheel,
    path: `${bin}:${process.env.PATH ?? ""}`,
    downloads: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What set-up works on in a fixture's folder. The probe loads the addon in a process of its own, as the real one. */
export function placeIn(root: string, pin: WheelPin): Place {
  const tfjs = readTfjsPackage(join(root, "tfjs-node"));
  return { tfjs, pin, cache: join(root, "cache"), probe: () => loadAddon(tfjs.addon) };
}

async function loadAddon(addon: string): Promise<ProbeResult> {
  const ended = await runProcess(process.execPath, ["-p", `require(${JSON.stringify(addon)}).TF_Version`]);
  if (ended.code !== 0) return { ok: false, reason: ended.stderr };
  const tensorflow = ended.stdout.trim();
  const files = readdirSync(libraryOf(addon)).filter((name) => name.startsWith("lib"));
  return {
    ok: true,
    probe: {
      ...{ tensorflow, sideBySide: true, sameBits: true, stepsPerWorker: 1, milliseconds: 1 },
      files: files.map((name) => join(libraryOf(addon), name)),
    },
  };
}

/** The folder of the library that a linked addon belongs to: the one above its own. */
export function libraryOf(addon: string): string {
  return join(dirname(realpathSync(addon)), "..");
}

/** Writes an executable shell script. */
export function program(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
