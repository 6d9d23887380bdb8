import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { pythonTag, type WheelPin } from "./pins.js";
import { follow, megabytes, type Reporter } from "./progress.js";
import { type Ended, runProcess } from "./run-process.js";

/** A way to call pip, and what it answers. */
export interface Pip {
  readonly command: readonly [string, ...string[]];
  /** "pip 23.2.1 from ... (python 3.11)" */
  readonly version: string;
}

const COMMANDS: readonly Pip["command"][] = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"]];

/** The first pip that answers; otherwise what is missing, and how to get it. */
export async function findPip(): Promise<Pip | { missing: string; cure: string }> {
  let python = false;
  for (const command of COMMANDS) {
    const ended = await runProcess(command[0], [...command.slice(1), "--version"]);
    if (ended.started && ended.code === 0) return { command, version: ended.stdout.trim() };
    python ||= ended.started;
  }
  return python
    ? { missing: "python3 has no pip", cure: "`apt-get install python3-pip`, or `python3 -m ensurepip`" }
    : { missing: "there is no python3 with pip", cure: "`apt-get install python3 python3-pip`, or your system's like" };
}

/**
 * Fetches a wheel through pip, from whatever index pip is set up with.
 *
 * @param folder an empty folder; pip's temporary files go there too.
 * @returns the wheel's path, not yet verified, or the reason why there is none.
 */
export async function downloadWheel(
  pip: Pip,
  pin: WheelPin,
  folder: string,
  reporter: Reporter,
): Promise<{ wheel: string } | { missing: string }> {
  const temporary = join(folder, "temporary");
  const target = join(folder, "wheel");
  await mkdir(temporary, { recursive: true });
  reporter.log(`fetching ${pin.project} ${pin.version} through pip (${megabytes(pin.bytes)} MB, once per machine)`);
  const [program, ...parameters] = pip.command;
  const stopWatching = watch(folder, follow(reporter, `fetching TensorFlow ${pin.version}`, pin.bytes));
  const ended = await runProcess(program, [...parameters, ...download(pin, target)], {
    // pip gives no progress that a program could read: its files are watched as they grow, in either place.
    env: { ...process.env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: "0" },
  }).finally(stopWatching);
  if (ended.code !== 0) return { missing: explain(ended, pin) };
  const [wheel] = (await readdir(target)).filter((name) => name.endsWith(".whl"));
  return wheel === undefined ? { missing: "pip fetched no wheel" } : { wheel: join(target, wheel) };
}

function download(pin: WheelPin, target: string): string[] {
  const tag = pythonTag(pin);
  return [
    ...["download", "--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"],
    // pip tries an index that it cannot reach six times, for minutes. Its cache would hold a second copy of the wheel.
    ...["--retries", "1", "--timeout", "20", "--no-cache-dir"],
    ...["--no-deps", "--only-binary=:all:", "--python-version", pin.python, "--implementation", "cp"],
    ...["--abi", tag, "--platform", pin.platform, "--dest", target, `${pin.project}==${pin.version}`],
  ];
}

function explain(ended: Ended, pin: WheelPin): string {
  const wanted = `${pin.project} ${pin.version}`;
  if (ended.signal !== null) return `pip was ended by ${ended.signal}`;
  if (ended.stderr.includes("No space left on device")) return "the disk is full";
  const index = "`python3 -m pip config list` shows which index it asks";
  if (/Retrying \(|Max retries exceeded|ConnectionError|NewConnection|timed out|SSLError/i.test(ended.stderr)) {
    return `pip does not reach its package index to fetch ${wanted}: ${index}`;
  }
  if (/No matching distribution|Could not find a version/.test(ended.stderr)) {
    return `the package index that pip asks has no ${wanted} for ${pythonTag(pin)} and ${pin.platform}: ${index}`;
  }
  if (/is invalid|IncompleteRead|Connection broken|BadZipFile/.test(ended.stderr)) {
    return `the download of ${wanted} broke off; run the same command again`;
  }
  const errors = ended.stderr.split("\n").filter((line) => line.trim() !== "");
  return `pip did not fetch ${wanted}: ${errors.findLast((line) => line.startsWith("ERROR")) ?? errors.at(-1) ?? `exit code ${String(ended.code)}`}`;
}

/** Tells the size of the largest file in a folder again and again. */
function watch(folder: string, done: (bytes: number) => void): () => void {
  const timer = setInterval(() => {
    void largestFile(folder).then(done, () => undefined);
  }, 250);
  return () => {
    clearInterval(timer);
  };
}

async function largestFile(folder: string): Promise<number> {
  let largest = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // pip may have moved it meanwhile.
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => null);
    largest = Math.max(largest, found?.size ?? 0);
  }
  return largest;
}
