import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { download, type DownloadSource } from "../../download/download.js";
import { unpackTgz } from "../../download/unpack.js";
import { acquireLock } from "../../store/lock.js";
import { MissingInputError, UserError } from "../../trial/issue.js";
import type { Dataset, FetchOptions } from "../dataset.js";
import { fingerprintImages, makeImages } from "../image_folder/make.js";
import { folderNames } from "../image_folder/names.js";
import { photoIdentity, photoSettings } from "../image_folder/photos.js";
import { leavesValidation } from "../settings.js";

/** Where TensorFlow keeps it. */
const official: DownloadSource = {
  url: "http://download.tensorflow.org/example_images/flower_photos.tgz",
  bytes: 228_813_984,
  sha256: "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
};

/** The archive holds 3,670 photos of 0.23 GB in all. */
const limits = { entries: 10_000, bytes: 1_000_000_000 };

const settings = z
  .object({
    ...photoSettings,
    path: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        "a copy of the photos: the folder of their class folders, or one that holds flower_photos; null downloads",
      ),
  })
  .refine(leavesValidation.check, leavesValidation.params);
type FlowersSettings = z.output<typeof settings>;

/** TF Flowers, from an archive at another place than the official one where a test needs it. */
export function flowersFrom(source: DownloadSource): Dataset<FlowersSettings> {
  return {
    name: "flowers",
    summary: "TF Flowers, the article's 3,670 photos of five classes: downloaded (229 MB), or a copy that is there.",
    revision: 1,
    settings,
    ...photoIdentity,
    fingerprint: async ({ path, unlabelled: others }, cacheFolder) => {
      const photos = await photosAt(path, cacheFolder);
      if (path === null && !(await isFolder(photos))) {
        throw new MissingInputError("the photos of TF Flowers are missing", [
          {
            path: "dataset.path",
            expected: "the photos of TF Flowers",
            found: `nothing at ${photos}`,
            hint: `unpack ${source.url} in ${dirname(photos)}, or name a folder that holds a copy`,
          },
        ]);
      }
      return fingerprintImages({ path: photos, unlabelled: others }, cacheFolder);
    },
    fetch: async ({ path }, cacheFolder, { onProgress, signal }) => {
      if (path !== null || (await isFolder(await photosAt(null, cacheFolder)))) return;
      await mkdir(join(cacheFolder, "locks"), { recursive: true });
      const lock = await acquireLock(join(cacheFolder, "locks", "flowers.lock"), { signal });
      try {
        if (await isFolder(await photosAt(null, cacheFolder))) return;
        await fetchInto(cacheFolder, source, { onProgress, signal });
      } finally {
        lock.release();
      }
    },
    names: {
      fingerprint: async (given, cacheFolder) =>
        folderNames.fingerprint(await located(given, cacheFolder), cacheFolder),
      sources: async (given, fingerprint, info, cacheFolder) =>
        folderNames.sources(await located(given, cacheFolder), fingerprint, info, cacheFolder),
    },
    make: async (given, fingerprint, cacheFolder) =>
      makeImages(await located(given, cacheFolder), fingerprint, cacheFolder),
  };
}

async function fetchInto(cacheFolder: string, source: DownloadSource, options: FetchOptions): Promise<void> {
  const { onProgress, signal } = options;
  const archive = join(cacheFolder, "downloads", "flower_photos.tgz");
  const unpacked = join(cacheFolder, "flowers");
  // Before the download, which would be for nothing.
  const [other] = await readdir(unpacked).catch(() => []);
  if (other !== undefined) {
    throw new UserError(
      `${unpacked}: expected nothing, or the folder flower_photos in it, found ${other}; move it away, or name the photos' folder as dataset.path`,
      3,
    );
  }
  await download(source, archive, {
    signal,
    onProgress: (progress) => {
      onProgress({ what: "downloading flower_photos.tgz", ...progress });
    },
  });
  onProgress({ what: "unpacking flower_photos.tgz", bytes: 0, total: null });
  try {
    await unpackTgz(archive, unpacked, { limits, signal });
  } catch (error) {
    // A damaged archive is not to stand in the way of a new one; a full disk or a stop is no fault of it.
    if (error instanceof UserError && error.exitCode === 1) await rm(archive, { force: true });
    throw error;
  }
  await rm(archive, { force: true });
}

/** The article's photos: {@link flowersFrom} the official archive. */
export const flowers = flowersFrom(official);

/** The folder of class folders. */
async function photosAt(path: string | null, cacheFolder: string): Promise<string> {
  const within = join(path ?? join(cacheFolder, "flowers"), "flower_photos");
  return path === null || (await isFolder(within)) ? within : path;
}

/** The settings with the folder of class folders as their path. */
async function located(given: FlowersSettings, cacheFolder: string): Promise<FlowersSettings & { path: string }> {
  return { ...given, path: await photosAt(given.path, cacheFolder) };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
