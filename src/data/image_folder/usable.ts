import { UserError } from "../../trial/issue.js";
import type { Skipped } from "./listing.js";
import type { Candidate, Parts } from "./split.js";

/**
 * @param path of the folder, for messages
 * @throws UserError where a class has no images to use or none to train, or a part of the split has none
 */
export function refuseUnusable(
  path: string,
  classNames: readonly string[],
  { train, validation, test }: Parts<Candidate>,
  testFraction: number,
  skipped: readonly Skipped[],
): void {
  const used = new Set([...train, ...validation, ...test].map(({ label }) => label));
  const without = classNames.filter((_, label) => !used.has(label));
  if (without.length > 0) {
    const example = skipped.find(({ source }) => without.some((name) => source.startsWith(`${name}/`)));
    const why = example === undefined ? "" : ` (${example.source}: ${example.reason})`;
    throw new UserError(
      `dataset.path: expected JPEG, PNG or WebP images in every class folder of ${path}, ` +
        `found none to use in ${quoted(without)}${why}`,
    );
  }
  if (train.length === 0 || validation.length === 0) {
    throw new UserError(
      `dataset.trainFraction: expected images on both sides of the split of ${path}, ` +
        `found ${train.length} to train and ${validation.length} to validate`,
    );
  }
  if (testFraction > 0 && test.length === 0) {
    throw new UserError(
      `dataset.testFraction: expected images to test among those of ${path}, found none at a share of ${testFraction}`,
    );
  }
  const trained = new Set(train.map(({ label }) => label));
  const untrained = classNames.filter((_, label) => !trained.has(label));
  if (untrained.length > 0) {
    throw new UserError(
      `dataset.path: expected images to train of every class, found too few in ${quoted(untrained)} of ${path}: ` +
        "none of theirs is in the training part; add images, or set dataset.stratified",
    );
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
