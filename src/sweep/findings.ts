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

/** What is wrong with a sweep, collected so that all of it is told at once, in the file's order. */
export class Findings {
  private readonly found = new Map<string, { readonly place: Place; readonly issue: Issue }>();

  /** @param path dotted, within the file */
  add(place: Place, path: string, expected: string, found: string, hint?: string): void {
    const issue = { path: at(place, path), expected, found, ...(hint === undefined ? {} : { hint }) };
    this.found.set(JSON.stringify(issue), { place, issue });
  }

  isEmpty(): boolean {
    return this.found.size === 0;
  }

  /** The file's in the order of its lines, then the overrides'. */
  issues(): readonly Issue[] {
    const line = (place: Place): number => place.line ?? Number.POSITIVE_INFINITY;
    return [...this.found.values()]
      .sort((one, other) => (line(one.place) < line(other.place) ? -1 : line(one.place) > line(other.place) ? 1 : 0))
      .map(({ issue }) => issue);
  }
}
