// What `npm pack` makes, installed as the README says, in a folder of its own:   npm run test:package
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository, smallRun, step } from "./steps.js";

const folder = mkdtempSync(join(tmpdir(), "kd-sweep-package-"));
const inFolder = { cwd: folder };
const program = join(folder, "node_modules", ".bin", "kd-sweep");
const installed = join(folder, "node_modules", "kd-sweep");

/** Every file that runs has its source: nothing stale, no tests, and no maps of sources that are not there. */
function checkContents(files: readonly string[]): void {
  for (const needed of ["README.md", "LICENSE", "NOTICE", "CHANGELOG.md", "bin/kd-sweep.js", "examples/distill.js"]) {
    assert.ok(files.includes(needed), `the package lacks ${needed}`);
  }
  for (const file of files) {
    const source = /^dist\/(src\/.*?)(\.d\.ts|\.js|\.js\.map)$/.exec(file);
    assert.ok(source === null || existsSync(join(repository, `${source[1]}.ts`)), `${file} has no source any more`);
    assert.ok(source !== null || !file.startsWith("dist/"), `${file} is not for users`);
    // No fonts, weights, photos or binaries of others: NOTICE says so.
    assert.match(file, /(\.(js|d\.ts|json|md|yaml)|^docs\/[\w-]+\.png|^(LICENSE|NOTICE))$|\.map$/);
    assert.ok(!file.endsWith(".map"), `${file} maps to what is not there`);
  }
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  for (const [, target = ""] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
    // Of the repository alone: whoever changes the program, and the studies that stand behind the figures.
    const outside = target === "CONTRIBUTING.md" || target.startsWith("results/");
    assert.ok(outside || files.includes(target), `README.md links to ${target}, which is not packed`);
  }
}

/** As a user copies them. */
function readmeCommands(): [install: string, run: string] {
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  const [, install, run] =
    /^```sh\n(npm install --ignore-scripts .*)\n(npx kd-sweep quickstart)\n```$/m.exec(readme) ?? [];
  assert.ok(install !== undefined && run !== undefined, "README.md does not say how the package is installed");
  return [install, run];
}

/** What a TypeScript program sees of the library, compiled as strictly as it can be. */
function checkTypes(): void {
  const text = `import { distill, losses } from "kd-sweep";
const names: readonly string[] = losses.names();
export const trained = distill({ dataset: { name: "petals" }, loss: { type: names[0] ?? "kd" } }).then(({ metrics }): number => metrics.val_accuracy);
// @ts-expect-error a misspelt block
void distill({ datasett: { name: "petals" } });
`;
  writeFileSync(join(folder, "program.ts"), text);
  const options = "--noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext --target es2022".split(" "); // prettier-ignore
  const compiler = join(repository, "node_modules", "typescript", "bin", "tsc");
  step("types of the library", process.execPath, [compiler, ...options, "program.ts"], inFolder);
}

try {
  const packed = step("npm pack", "npm", ["pack", "--json", "--pack-destination", folder]);
  const [{ filename, files, size }] = JSON.parse(packed) as [{ filename: string; size: number; files: { path: string }[] }]; // prettier-ignore
  console.log(`${filename}: ${files.length} files, ${(size / 1e6).toFixed(2)} MB`);
  checkContents(files.map(({ path }) => path));

  const [install, run] = readmeCommands();
  assert.ok(install.endsWith(filename), `README.md installs another file than ${filename}`);
  step("npm install", "sh", ["-ec", `${install} --prefer-offline --no-audit --no-fund`], inFolder);
  assert.ok(!existsSync(join(folder, "node_modules", "typescript")), "a user needs no compiler of ours");
  assert.match(step("kd-sweep --help", program, ["--help"], inFolder), /kd-sweep run <sweep>/);
  checkTypes();
  step("kd-sweep setup", program, ["setup"], inFolder);

  step("kd-sweep run, small", "sh", ["-ec", `${run} ${smallRun.join(" ")}`], inFolder);
  const charts = join(folder, "results", "quickstart", "charts");
  rmSync(charts, { recursive: true });
  step("kd-sweep report", program, ["report", "results/quickstart"], inFolder);
  const drawn = readdirSync(charts).filter((name) => name.endsWith(".png"));
  assert.ok(drawn.length >= 3, `charts drawn: ${drawn.join(", ")}`);

  copyFileSync(join(installed, "examples", "distill.js"), join(folder, "distill.mjs"));
  const example = step("the library's example", process.execPath, ["distill.mjs"], inFolder);
  assert.match(example, /epoch 3: [\d.]+ %\nagrees with its teacher on [\d.]+ %/);
  assert.ok(existsSync(join(folder, "my-student", "model.json")));
} catch (error) {
  const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
  console.error(`${stdout}${stderr}\nkd-sweep as a package: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
