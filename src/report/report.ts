import { setImmediate as turn } from "node:timers/promises";
import { join } from "node:path";
import { csv, epochsTable, summaryTableOf, trialsTable, type Table } from "./csv.js";
import { analyse } from "./analysis.js";
import { png, usualScale } from "./drawing/png.js";
import { isFigureFile, makeFigures } from "./figures/all.js";
import { removeLeftovers, removeNamed, writeWhole } from "./files.js";
import { imagesTable, skippedTable } from "./images-csv.js";
import { page } from "./html/page.js";
import { photoPanels } from "./html/photos.js";
import { markdown } from "./markdown.js";
import { photosOf, type PixelReader } from "./photos.js";
import type { Results } from "./results.js";

const chartsFolder = "charts";
const ownFiles = new Set([
  "summary.csv",
  "trials.csv",
  "epochs.csv",
  "images.csv",
  "skipped.csv",
  "report.html",
  "report.md",
]);

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
 * `charts/*.png`, each chart's data as CSV beside it. The page and the Markdown, which name the others, come last. Then
 * charts of an earlier plan that no longer apply are removed. The same results, and the same photos where any are shown,
 * give the same bytes.
 * @returns the files' paths, starting with `folder`
 * @throws UserError (exit code 3) naming the file that cannot be written or removed
 */
export async function writeReport(
  folder: string,
  results: Results,
  { scale = usualScale, pixels }: ReportOptions = {},
): Promise<{ files: readonly string[] }> {
  const made = makeFigures(results);
  const analysis = analyse(results);
  const files: string[] = [];
  const write = (name: string, content: string | Uint8Array): void => {
    const path = join(folder, name);
    writeWhole(path, content);
    files.push(path);
  };
  const charts = join(folder, chartsFolder);
  removeLeftovers(folder, (name) => ownFiles.has(name));
  removeLeftovers(charts, isFigureFile);
  write("summary.csv", text(summaryTableOf(results)));
  write("trials.csv", text(trialsTable(results)));
  write("epochs.csv", text(epochsTable(results)));
  const skipped = skippedTable(results);
  if (results.images.length > 0) write("images.csv", text(imagesTable(results)));
  if (skipped.rows.length > 0) write("skipped.csv", text(skipped));
  for (const { name, drawing, table } of made) {
    await turn();
    write(join(chartsFolder, `${name}.png`), png(drawing, scale));
    write(join(chartsFolder, `${name}.csv`), text(table));
  }
  write("report.html", page(results, made, analysis, await panels(results, pixels)));
  write("report.md", markdown(results, made, analysis));
  removeNamed(folder, (name) => ownFiles.has(name) && !files.includes(join(folder, name)));
  removeNamed(charts, (name) => isFigureFile(name) && !files.includes(join(charts, name)));
  return { files };
}
