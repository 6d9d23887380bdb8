import { lstatSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { CommandModule } from "yargs";
import type { Survey } from "../data/image_folder/survey.js";
import { UserError } from "../trial/issue.js";

interface InitOptions {
  photos: string;
  to: string | undefined;
}

export const initCommand: CommandModule<object, InitOptions> = {
  command: "init <photos>",
  describe: "Look at a folder of photos and write a first sweep for it",
  builder: (command) =>
    command
      .positional("photos", {
        type: "string",
        demandOption: true,
        describe: "a folder that holds one folder of JPEG, PNG or WebP files per class",
      })
      .option("to", {
        type: "string",
        requiresArg: true,
        describe: "the sweep file to write, at a path where nothing is (default: <the folder's name>.yaml)",
      })
      .example("$0 init photos --to my-sweep.yaml", "what is in photos/, and a sweep that runs as it stands"),
  handler: async ({ photos, to }) => {
    const { surveyImages } = await import("../data/image_folder/survey.js");
    const { firstSweep } = await import("../sweep/first-sweep.js");
    const { usableMemory } = await import("../tensorflow/describe.js");
    const name = studyName(to ?? resolve(photos));
    const file = to ?? `${name}.yaml`;
    refusePlace(file);
    const survey = await surveyImages(photos, "photos");
    for (const line of await surveyLines(photos, survey)) console.log(line);
    const found = {
      path: fromFile(file, photos),
      classes: survey.classes.length,
      images: survey.images,
      shortSide: survey.shortSide.median,
      memory: memoryShare * usableMemory(),
    };
    const text = firstSweep(found, name, file);
    const last = await timeLine(text, file, survey.images);
    write(file, text);
    console.log(`\n${file} written: ${last}`);
    console.log("`kd-sweep plan` shows what it would do, `kd-sweep run` does it; the file explains each setting.");
  },
};

/** The share of the memory that the image array may take. */
const memoryShare = 0.25;
/** Classes, broken files and small classes that are named; of more the count is. */
const mostNamed = 8;
/** A class of fewer images is worth a word. */
const fewImages = 10;

/** The file's name, or the folder's, as far as a study may be called so. */
function studyName(path: string): string {
  const letters = basename(path)
    .replace(/\.ya?ml$/, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "");
  return letters === "" ? "photos" : letters.slice(0, 60);
}

/** The photos' folder from the sweep file's, where it is in there; else its whole path, so that the file can be moved. */
function fromFile(file: string, photos: string): string {
  const way = relative(dirname(resolve(file)), resolve(photos));
  if (way === "") return ".";
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? resolve(photos) : way;
}

async function surveyLines(photos: string, survey: Survey): Promise<string[]> {
  const { printable } = await import("../report/values.js");
  const { broken, classes, decoded, images, outside, passedOver, shortSide } = survey;
  const named = <T>(items: readonly T[], text: (item: T) => string): string =>
    printable(
      items.slice(0, mostNamed).map(text).join(", ") +
        (items.length > mostNamed ? ` and ${count(items.length - mostNamed)} more` : ""),
    );
  const lines = [
    `${printable(photos)}: ${count(images)} images of ${classes.length} classes: ` +
      named(classes, ({ name, images: own }) => `${name} ${count(own)}`),
    `${decoded < images ? `A sample of ${count(decoded)} was decoded` : "All were decoded"}: ` +
      `shorter sides of ${shortSide.least} to ${shortSide.greatest} px, half of them ${shortSide.median} px or more.`,
  ];
  if (broken.length > 0) {
    const sample = decoded < images ? " (of those looked at; a run names all)" : "";
    lines.push(
      `${count(broken.length)} cannot be used and will be left out${sample}:`,
      ...broken.slice(0, mostNamed).map(({ source, reason }) => `  ${printable(`${source}: ${reason}`)}`),
    );
    if (broken.length > mostNamed) lines.push(`  and ${count(broken.length - mostNamed)} more`);
  }
  if (outside === 1) lines.push("1 image lies beside the class folders, in none, and is passed over.");
  if (outside > 1) lines.push(`${count(outside)} images lie beside the class folders, in none, and are passed over.`);
  if (passedOver === 1) lines.push("1 file is no image by its name, and is passed over.");
  if (passedOver > 1) lines.push(`${count(passedOver)} files are no images by their names, and are passed over.`);
  const few = classes.filter(({ images: own }) => own < fewImages);
  if (few.length > 0) {
    lines.push(
      `Few images say little, of a class or about it: ${named(few, ({ name, images: own }) => `${name} ${own}`)}.`,
    );
  }
  return lines;
}

/** What the sweep comes to: as a run would read it. */
async function timeLine(text: string, file: string, images: number): Promise<string> {
  const { loadSweep } = await import("../study/sweep-file.js");
  const { estimate } = await import("../study/estimate.js");
  const { plan } = await import("../sweep/plan.js");
  const { duration } = await import("./names.js");
  const { plural } = await import("../report/values.js");
  const { workersHere } = await import("./workers.js");
  const loaded = await loadSweep(text, file, []);
  if (!loaded.ok) throw new Error(`the sweep file written is wrong: ${JSON.stringify(loaded.issues)}`);
  const { sweep, registries } = loaded.value;
  const trials = [...plan(sweep, { dataset: () => "unread", weights: () => null }, registries)];
  const { workers } = workersHere(trials, sweep.execution);
  const seconds = estimate(trials, null, workers, images);
  const time =
    seconds === null ? "" : `, by their arithmetic roughly ${duration(seconds)} on ${plural(workers, "worker")}`;
  return `${trials.length} students${time}; reading the photos and training the teacher come before.`;
}

/** Before the photos are looked at, which takes its time. */
function refusePlace(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) throw taken(file);
  if (file.endsWith("/") || file.endsWith(sep))
    throw new UserError(`${file}: expected the path of a file, found that of a folder; name a file in it with --to`);
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true) throw noFolder(file);
}

function taken(file: string): UserError {
  return new UserError(`${file}: expected a path where nothing is, found a file or folder; name another with --to`);
}

function noFolder(file: string): UserError {
  return new UserError(`${file}: expected a path in a folder that is there, found no folder ${dirname(file)}`);
}

/** Writes a file that is not there: the whole of it or nothing. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") throw taken(file);
    if (code === "ENOENT" || code === "ENOTDIR") throw noFolder(file);
    if (code === "ENOSPC" || code === "EDQUOT") rmSync(file, { force: true });
    throw error;
  }
}

function count(number: number): string {
  return number.toLocaleString("en-GB");
}
