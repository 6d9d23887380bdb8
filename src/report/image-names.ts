import type { ImagesDetails } from "../artifacts/artifact.js";
import { withoutFolders } from "../trial/paths.js";
import type { Settings, Value } from "../trial/value.js";
import { inWords, lengthen, pick } from "./labels.js";
import { canonical, shown } from "./values.js";

type Parameters = Readonly<Record<string, Value>>;

/**
 * What tells each image array from the others of its data set and size: its folder's name, or, where that tells nothing,
 * the settings in which they differ. null where nothing needs to be told apart.
 */
export function distinctions(images: readonly Pick<ImagesDetails, "dataset">[]): (string | null)[] {
  const groups = new Map<string, number[]>();
  images.forEach(({ dataset: { imageSize, name } }, place) => {
    const key = canonical([name, imageSize]);
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  const found = images.map((): string | null => null);
  for (const places of groups.values()) {
    if (places.length === 1) continue;
    const words = wordsOf(places.flatMap((place) => images[place]?.dataset ?? []));
    places.forEach((place, index) => (found[place] = words[index] ?? null));
  }
  return found;
}

function wordsOf(datasets: readonly Settings["dataset"][]): string[] {
  const settings = datasets.map((dataset) => withoutFolders("dataset", dataset) as Parameters);
  const folders = settings.flatMap(({ path }) => (typeof path === "string" ? [shown("path", path)] : []));
  if (new Set(folders).size === datasets.length) return folders;
  const names = [...new Set(settings.flatMap((each) => Object.keys(each)))];
  // A setting at its default may be left out: that is a value as well.
  const differing = names.filter((name) => new Set(settings.map((each) => canonical(each[name] ?? null))).size > 1);
  const words = settings.map((each) => inWords(pick(each, new Set(differing))));
  return lengthen(words, (word, index) => `${word} #${index + 1}`.trimStart());
}
