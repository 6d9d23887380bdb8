import { cacheFolder } from "../artifacts/cache-folder.js";
import { validationPixels } from "../study/validation-pixels.js";
import type { PixelReader } from "../report/photos.js";

/** Photos for a report, from the cache. */
export const cachedPixels: PixelReader = (key, images) => validationPixels(cacheFolder(), key, images);
