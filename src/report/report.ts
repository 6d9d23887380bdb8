import { setImmediate as turn } from "node:timers/promises";
import { join } from "node:path";
import type { StudySnapshot } from "../store/store.js";
import { csv, epochsTable, summaryTableOf, trialsTable, type Table } from "./csv.js";
import { analyse } from "./analysis.js";
import { png, usualScale } from "./drawing/png.js";
import { isFigureFile, makeFigures } from "./figures/all.js";
import { removeNamed, writeWhole } from "./files.js";
import { imagesTable, skippedTable } from "./images-csv.js";
import { page } from "./html/page.js";
import { photoPanels } from "./html/photos.js";
import { markdown } from "./markdown.js";
import { photosOf, type PixelReader } from "./photos.js";
import { readResults, type Results } from "./results.js";

const chartsFolder = "charts";
const endings = ["png", "csv"];

function text({ columns, rows }: Table): string {
  return csv(columns, rows);
}

/** How a report is written. */
export interface ReportOptions {
  /** Width of the PNG charts in thousands of pixels; 2 by default. */
  readonly scale?: number;
  /** For the few photos that `report.html` shows; without it none. */
  readonly pixels?: PixelReader;
}

/** The photos' part of the page; null where there is nothing to show. */
async function panels(results: Results, pixels: PixelReader | undefined): Promise<string | null> {
  const photos = photosOf(results);
  if (photos === null) return null;
  const images = photos.photos.map(({ image }) => image);
  if (pixels === undefined) return photoPanels(photos, "not asked for");
  return photoPanels(photos, (await pixels(photos.imagesKey, images)) ?? "not in the cache");
}

/**
 * Writes everything a study folder shows of its results: `trials.csv`, `epochs.csv`, `summary.csv`, `images.csv`,
 * `skipped.csv` (where images were left out), `report.html`, `report.md` and
 * `charts/*.png`, each chart's data as CSV beside it. Charts of an earlier plan that no longer apply are removed. The
 * same snapshot, and the same photos where any are shown, give the same bytes.
 * @returns the files' paths, starting with `folder`
 * @throws UserError (exit code 3) naming the file that cannot be written
 */
export async function writeReport(
  folder: string,
  snapshot: StudySnapshot,
  { scale = usualScale, pixels }: ReportOptions = {},
): Promise<{ files: readonly string[] }> {
  const results = readResults(snapshot);
  const made = makeFigures(results);
  const analysis = analyse(results);
  const files: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const path = join(folder, name);
    await writeWhole(path, content);
    files.push(path);
  };
  await write("summary.csv", text(summaryTableOf(results)));
  await write("trials.csv", text(trialsTable(results)));
  await write("epochs.csv", text(epochsTable(results)));
  const skipped = skippedTable(results);
  if (results.images.length > 0) await write("images.csv", text(imagesTable(results)));
  if (skipped.rows.length > 0) await write("skipped.csv", text(skipped));
  const stale = new Set([
    ...(results.images.length === 0 ? ["images.csv"] : []),
    ...(skipped.rows.length === 0 ? ["skipped.csv"] : []),
  ]);
  await removeNamed(folder, (name) => stale.has(name));
  await write("report.html", page(results, made, analysis, await panels(results, pixels)));
  await write("report.md", markdown(results, made, analysis));
  const current = new Set(made.flatMap(({ name }) => endings.map((ending) => `${name}.${ending}`)));
  await removeNamed(join(folder, chartsFolder), (name) => isFigureFile(name) && !current.has(name));
  for (const { name, drawing, table } of made) {
    await turn();
    await write(join(chartsFolder, `${name}.png`), png(drawing, scale));
    await write(join(chartsFolder, `${name}.csv`), text(table));
  }
  return { files };
}
