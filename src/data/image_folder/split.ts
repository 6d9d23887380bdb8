import type { Skipped } from "./listing.js";

/** An image by its class, where it is and what it holds. */
export interface Candidate {
  /** -1 for none. */
  readonly label: number;
  readonly source: string;
  /** sha256 of the file's bytes. */
  readonly checksum: string;
}

/** Images in the order of their checksums, in the parts that they belong to. */
export interface Parts<C> {
  readonly train: readonly C[];
  readonly validation: readonly C[];
  readonly test: readonly C[];
}

export interface Shares {
  readonly trainFraction: number;
  readonly testFraction: number;
  /** Whether each class is split by itself. */
  readonly stratified: boolean;
}

/**
 * The images in the order of their checksums, which has nothing to do with classes or names and is the same wherever the
 * files lie. Copies of the same bytes under different classes cannot all be right: none is kept.
 */
export function orderByContent<C extends Candidate>(candidates: readonly C[]): { kept: C[]; skipped: Skipped[] } {
  const kept: C[] = [];
  const skipped: Skipped[] = [];
  for (const group of copiesOf(candidates)) {
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
 * The images without label in the order of their checksums, one of each content. What is among the labelled images is
 * left out: the training would see an image that validates or tests, or the same one twice.
 */
export function orderUnlabelled<C extends Candidate>(
  candidates: readonly C[],
  labelled: readonly Candidate[],
): { kept: C[]; skipped: Skipped[] } {
  const known = new Map(labelled.map(({ checksum, source }) => [checksum, source]));
  const kept: C[] = [];
  const skipped: Skipped[] = [];
  for (const group of copiesOf(candidates)) {
    for (const [place, candidate] of group.entries()) {
      const other = known.get(candidate.checksum) ?? (place === 0 ? undefined : group[0]?.source);
      if (other === undefined) kept.push(candidate);
      else skipped.push({ source: candidate.source, reason: `the same bytes as ${other}` });
    }
  }
  return { kept, skipped };
}

/** Images of the same bytes together, in the order of their sources; the groups in the order of the checksums. */
function copiesOf<C extends Candidate>(candidates: readonly C[]): C[][] {
  const copies = new Map<string, C[]>();
  for (const candidate of candidates) {
    const group = copies.get(candidate.checksum);
    if (group === undefined) copies.set(candidate.checksum, [candidate]);
    else group.push(candidate);
  }
  const groups = [...copies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  for (const group of groups) group.sort((a, b) => (a.source < b.source ? -1 : 1));
  return groups;
}

/**
 * Splits ordered images by their shares: the first train, the last test, those between validate. Copies of the same
 * bytes stay together. Stratified, a class of two images or more has at least one on either side of the first cut.
 */
export function split<C extends Candidate>(ordered: readonly C[], shares: Shares): Parts<C> {
  if (!shares.stratified) return cutTwice(ordered, shares, { least: 0, most: ordered.length });
  const place = new Map(ordered.map((candidate, index) => [candidate, index]));
  const parts = [...new Set(ordered.map(({ label }) => label))].map((wanted) => {
    const images = ordered.filter(({ label }) => label === wanted);
    return cutTwice(images, shares, { least: Math.min(1, images.length - 1), most: Math.max(1, images.length - 1) });
  });
  const joined = (part: keyof Parts<C>): C[] =>
    parts.flatMap((each) => each[part]).sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  return { train: joined("train"), validation: joined("validation"), test: joined("test") };
}

/** @param bounds of how many train, copies aside */
function cutTwice<C extends Candidate>(
  ordered: readonly C[],
  shares: Shares,
  bounds: { readonly least: number; readonly most: number },
): Parts<C> {
  const { length } = ordered;
  const wanted = Math.round(shares.trainFraction * length);
  const trained = cut(ordered, Math.max(bounds.least, Math.min(bounds.most, wanted)));
  const rest = ordered.slice(trained);
  const validated = cut(rest, Math.max(0, rest.length - Math.round(shares.testFraction * length)));
  return { train: ordered.slice(0, trained), validation: rest.slice(0, validated), test: rest.slice(validated) };
}

/**
 * Where to cut ordered images: at `share`; if that would part copies of the same bytes, after all of them, or, where
 * nothing would be left behind the cut, before them.
 */
export function cut(ordered: readonly { readonly checksum: string }[], share: number): number {
  const parts = (count: number): boolean =>
    count > 0 && count < ordered.length && ordered[count]?.checksum === ordered[count - 1]?.checksum;
  let after = share;
  while (parts(after)) after++;
  if (after === share || after < ordered.length) return after;
  let before = share;
  while (parts(before)) before--;
  return before;
}
