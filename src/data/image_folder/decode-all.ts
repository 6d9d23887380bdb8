import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { forEachBounded } from "../../files/bounded.js";
import { checksum, type ListedFile } from "../../files/checksums.js";
import { UserError } from "../../trial/issue.js";
import { allocatePixels } from "../pixels.js";
import { decode } from "./decode.js";

/**
 * Decodes images on several threads, each into its place of `[candidates.length, size, size, 3]`; memory is bounded by
 * the array itself.
 * @param onChanged called before it throws for a file of another content, which was remembered wrongly
 * @throws UserError where a file has another content than its checksum says, or (exit code 3) cannot be read any more
 * @returns the pixels, and of each image that cannot be used the reason; its place holds anything
 */
export async function decodeAll<C extends ListedFile & { readonly checksum: string }>(
  candidates: readonly C[],
  size: number,
  onChanged: () => Promise<void>,
): Promise<{ readonly pixels: Uint8Array; readonly reasons: ReadonlyMap<C, string> }> {
  const { default: sharp } = await import("sharp");
  // Images are small and none comes twice: a thread each, nothing remembered.
  sharp.concurrency(1);
  sharp.cache(false);
  const bytes = size * size * 3;
  const pixels = allocatePixels(candidates.length, size);
  const reasons = new Map<C, string>();
  await forEachBounded(candidates, 2 * availableParallelism(), async (candidate, place) => {
    const { path } = candidate;
    const content = await readFile(path).catch((error: unknown) => {
      const reason = (error as Error).message;
      throw new UserError(
        `${path}: expected the image that was there before, found a file that cannot be read (${reason})`,
        3,
      );
    });
    // Else the images would not be those that were planned with.
    if (checksum(content) !== candidate.checksum) {
      await onChanged();
      throw new UserError(
        `${path}: expected the image that was there when the run began, found another; run the sweep again`,
      );
    }
    try {
      pixels.set(await decode(sharp, content, size), place * bytes);
    } catch (error) {
      reasons.set(candidate, (error as Error).message);
    }
  });
  return { pixels, reasons };
}

/**
 * Brings images into another order, in the memory they are in.
 * @param bytes of one image
 * @param order which image stands at each place afterwards, none twice; those not named are gone
 * @returns the part of `pixels` that holds them
 */
export function gather(pixels: Uint8Array, bytes: number, order: readonly number[]): Uint8Array {
  const named = new Set(order);
  const others = Array.from({ length: pixels.length / bytes }, (_, image) => image).filter(
    (image) => !named.has(image),
  );
  // With those that are not named at the end it is a permutation, so made of cycles of moves.
  const from = [...order, ...others];
  const first = new Uint8Array(bytes);
  for (const start of from.keys()) {
    if (from[start] === start) continue;
    first.set(pixels.subarray(start * bytes, (start + 1) * bytes));
    let place = start;
    for (;;) {
      const source = from[place] ?? place;
      from[place] = place;
      if (source === start) break;
      pixels.copyWithin(place * bytes, source * bytes, (source + 1) * bytes);
      place = source;
    }
    pixels.set(first, place * bytes);
  }
  return pixels.subarray(0, order.length * bytes);
}
