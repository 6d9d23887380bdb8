import type { Issue } from "../trial/issue.js";

/** Where something stands: a file's line, or an override of the command line. */
export interface Place {
  /** The sweep file as it was named, or `--set`. */
  readonly origin: string;
  /** From 1; null for an override. */
  readonly line: number | null;
}

/** `sweeps/x.yaml:12 parameters.loss.type`, or `--set loss.type`. */
export function at(place: Place, path = ""): string {
  const where = place.line === null ? place.origin : `${place.origin}:${place.line}`;
  return path === "" ? where : `${where} ${path}`;
}

/** More would push the first out of sight. */
const most = 200;

/** What is wrong with a sweep, collected so that all of it is told at once, in the file's order. */
export class Findings {
  private added = 0;
  private readonly found = new Map<string, { readonly place: Place; readonly issue: Issue }>();

  /** @param path dotted, within the file */
  add(place: Place, path: string, expected: string, found: string, hint?: string): void {
    const issue = { path: at(place, path), expected, found, ...(hint === undefined ? {} : { hint }) };
    this.added++;
    this.found.set(JSON.stringify(issue), { place, issue });
  }

  /** How often something was found, what was told before included. */
  get count(): number {
    return this.added;
  }

  isEmpty(): boolean {
    return this.found.size === 0;
  }

  /** File by file in the order of lines, then the overrides'; of very many the first ones and how many more there are. */
  issues(): readonly Issue[] {
    const all = [...this.found.values()];
    const origins = [...new Set(all.map(({ place }) => place.origin))];
    const file = ({ origin, line }: Place): number => (line === null ? origins.length : origins.indexOf(origin));
    const sorted = all.sort(
      ({ place: one }, { place: other }) => file(one) - file(other) || (one.line ?? 0) - (other.line ?? 0),
    );
    const issues = sorted.slice(0, most).map(({ issue }) => issue);
    const next = sorted[most];
    if (next === undefined) return issues;
    const rest = { path: next.place.origin, expected: "a sweep file", found: `${sorted.length - most} more errors` };
    return [...issues, rest];
  }
}
