import { checksum, type Checksums } from "../../files/checksums.js";
import type { Listing } from "./listing.js";

/**
 * Identifies the images by content: sha256 over the sorted pairs of class and file checksum.
 * Neither paths nor file names count.
 */
export function fingerprintOf(listing: Pick<Listing, "classNames" | "files">, checksums: Checksums): string {
  const pairs = listing.files.map(({ label, source }) =>
    JSON.stringify([listing.classNames[label] ?? null, checksums.get(source) ?? "unreadable"]),
  );
  return checksum(Buffer.from(pairs.sort().join("\n")));
}
