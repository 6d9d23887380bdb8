import type { Cell, Table } from "./csv.js";
import { distinctions } from "./image-names.js";
import type { Results } from "./results.js";
import { withoutPaths } from "../trial/paths.js";

/** Last column of both tables, where data sets have one name and size: what tells them apart. */
const apart = "distinction";

/** A row per data set, image size and class: how many images it has in each part of the split. */
export function imagesTable({ images }: Results): Table {
  const told = toldApart(images);
  const rows = images.flatMap(({ classCounts, classNames, dataset, unlabelledCount = 0 }, place) => {
    const { imageSize, name } = dataset;
    const classes = classNames.map((className, label): Cell[] => {
      const { test = 0, train = 0, validation = 0 } = classCounts[label] ?? {};
      return [name, imageSize, className, train, validation, test];
    });
    // A row without a class: images that never had a label.
    const all = unlabelledCount > 0 ? [...classes, [name, imageSize, null, unlabelledCount, 0, 0]] : classes;
    return all.map((row) => [...row, ...told.cells(place)]);
  });
  return { columns: ["dataset", "image_size", "class", "train", "validation", "test", ...told.columns], rows };
}

/** A row per image that was left out, with the reason. */
export function skippedTable({ images }: Results): Table {
  const told = toldApart(images);
  const rows = images.flatMap(({ dataset, skipped }, place) =>
    skipped.map(({ reason, source }): Cell[] => [
      dataset.name,
      dataset.imageSize,
      source,
      withoutPaths(reason),
      ...told.cells(place),
    ]),
  );
  return { columns: ["dataset", "image_size", "image", "reason", ...told.columns], rows };
}

/** The column that tells image arrays apart, and its cell for each; neither where nothing needs to be told apart. */
function toldApart(images: Results["images"]): { readonly columns: string[]; cells(place: number): Cell[] } {
  const words = distinctions(images);
  const isNeeded = words.some((word) => word !== null);
  return {
    columns: isNeeded ? [apart] : [],
    cells: (place) => (isNeeded ? [words[place] ?? null] : []),
  };
}
