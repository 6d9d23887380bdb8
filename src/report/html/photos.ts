import { encodePng } from "../drawing/encode.js";
import type { Photo, Photos } from "../photos.js";
import { escape } from "./markup.js";

/** Why a report shows no pixels. */
export type NoPixels = "not asked for" | "not in the cache";

const words: Readonly<Record<NoPixels, string>> = {
  "not asked for": "The images themselves are left out, as --no-photos asks for.",
  "not in the cache":
    "The images themselves are left out: they are not in the cache of the machine that wrote this report. Running the sweep again puts them there.",
};

/**
 * Validation images with what teacher and student say of them.
 * @param pixels RGB of each, or why there are none
 */
export function photoPanels(photos: Photos, pixels: readonly Uint8Array[] | NoPixels): string {
  const { student, teacher } = photos;
  const intro = `Probabilities by the teacher ${teacher} and the student ${student}, softened by τ. The images are those in the middle, by the teacher's probability of the label, of the groups that are named.`;
  const panels = photos.photos.map((photo, place) => {
    const own = typeof pixels === "string" ? undefined : pixels[place];
    return panel(photo, photos, own);
  });
  const missing = typeof pixels === "string" ? `<p class="notice">${escape(words[pixels])}</p>` : "";
  return `<p>${escape(intro)}</p>\n${missing}<div class="photos">\n${panels.join("\n")}\n</div>`;
}

function panel(photo: Photo, { classNames, temperatures }: Photos, pixels: Uint8Array | undefined): string {
  const name = `Validation image ${photo.image + 1}, ${photo.className}: ${photo.reason}`;
  const alt = `Validation image ${photo.image + 1}, of class ${photo.className}`;
  const picture = pixels === undefined ? "" : `<img alt="${escape(alt)}" src="${address(pixels)}">`;
  const of = (who: string): string => temperatures.map((one) => `<th scope="col">${who} τ=${one}</th>`).join("");
  const rows = classNames.map((className, label) => {
    const cells = [...photo.teacher, ...photo.student].map((row) => cell(row[label] ?? 0));
    const own = className === photo.className ? `${className} (label)` : className;
    return `<tr><th scope="row">${escape(own)}</th>${cells.join("")}</tr>`;
  });
  return [
    `<figure>${picture}<figcaption>${escape(name)}</figcaption>`,
    `<div class="wide" tabindex="0" role="region" aria-label="${escape(name)}"><table><thead><tr><th scope="col">class (%)</th>${of("teacher")}${of("student")}</tr></thead>`,
    `<tbody>${rows.join("")}</tbody></table></div></figure>`,
  ].join("\n");
}

function cell(probability: number): string {
  const percent = (100 * probability).toFixed(1);
  return `<td class="share" style="--share: ${percent}%">${percent}</td>`;
}

function address(rgb: Uint8Array): string {
  const side = Math.sqrt(rgb.length / 3);
  const rgba = new Uint8Array(4 * side * side).fill(255);
  for (let pixel = 0; pixel < side * side; pixel++) rgba.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  return `data:image/png;base64,${encodePng(rgba, side, side).toString("base64")}`;
}
