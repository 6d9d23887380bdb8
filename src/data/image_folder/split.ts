import type { Skipped } from "./listing.js";

/** An image by its class, where it is and what it holds. */
export interface Candidate {
  readonly label: number;
  readonly source: string;
  /** sha256 of the file's bytes. */
  readonly checksum: string;
}

/**
 * The images in the order of their checksums, which has nothing to do with classes or names and is the same wherever the
 * files lie. Copies of the same bytes under different classes cannot all be right: none is kept.
 */
export function orderByContent<C extends Candidate>(candidates: readonly C[]): { kept: C[]; skipped: Skipped[] } {
  const copies = new Map<string, C[]>();
  for (const candidate of candidates) {
    const group = copies.get(candidate.checksum);
    if (group === undefined) copies.set(candidate.checksum, [candidate]);
    else group.push(candidate);
  }
  const kept: C[] = [];
  const skipped: Skipped[] = [];
  for (const [, group] of [...copies].sort(([a], [b]) => (a < b ? -1 : 1))) {
    group.sort((a, b) => (a.source < b.source ? -1 : 1));
    if (group.every(({ label }) => label === group[0]?.label)) {
      kept.push(...group);
      continue;
    }
    for (const { label, source } of group) {
      const other = group.find((copy) => copy.label !== label)?.source ?? "";
      skipped.push({ source, reason: `the same bytes as ${other}, which has another label` });
    }
  }
  return { kept, skipped };
}

/**
 * How many of the ordered images train: the share, rounded; if that would part copies of the same bytes, all of them
 * train, or, where nothing would be left to validate, none of them.
 */
export function trainCountOf(ordered: readonly { readonly checksum: string }[], trainFraction: number): number {
  const parts = (count: number): boolean =>
    count > 0 && count < ordered.length && ordered[count]?.checksum === ordered[count - 1]?.checksum;
  const share = Math.round(trainFraction * ordered.length);
  let after = share;
  while (parts(after)) after++;
  if (after === share || after < ordered.length) return after;
  let before = share;
  while (parts(before)) before--;
  return before;
}
