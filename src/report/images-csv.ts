import type { Cell, Table } from "./csv.js";
import type { Results } from "./results.js";
import { withoutPaths } from "../trial/paths.js";

/** A row per data set, image size and class: how many images it has in each part of the split. */
export function imagesTable({ images }: Results): Table {
  const rows = images.flatMap(({ classCounts, classNames, dataset, unlabelledCount = 0 }) => {
    const { imageSize, name } = dataset;
    const classes = classNames.map((className, label): Cell[] => {
      const { test = 0, train = 0, validation = 0 } = classCounts[label] ?? {};
      return [name, imageSize, className, train, validation, test];
    });
    // A row without a class: images that never had a label.
    return unlabelledCount > 0 ? [...classes, [name, imageSize, null, unlabelledCount, 0, 0]] : classes;
  });
  return { columns: ["dataset", "image_size", "class", "train", "validation", "test"], rows };
}

/** A row per image that was left out, with the reason. */
export function skippedTable({ images }: Results): Table {
  const rows = images.flatMap(({ dataset, skipped }) =>
    skipped.map(({ reason, source }): Cell[] => [dataset.name, dataset.imageSize, source, withoutPaths(reason)]),
  );
  return { columns: ["dataset", "image_size", "image", "reason"], rows };
}
