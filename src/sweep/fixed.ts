import { type Located, type NamedSetting, type Reading } from "./located.js";
import { valueOf } from "./tree.js";

/** Settings that stand at one value. */
export function readFixed(settings: ReadonlyMap<string, NamedSetting>, reading: Reading): Map<string, Located> {
  return new Map(
    [...settings].map(([key, { known, place, path, tree }]) => {
      const value = reading.absolute(known, valueOf(tree), place);
      return [key, { value, place: tree.place, path }];
    }),
  );
}
