import type { Table } from "../csv.js";
import type { Drawing } from "../drawing/chart.js";
import type { Results } from "../results.js";

/** A figure in two steps, both pure: what it shows, and how that is drawn. */
export interface Figure<D> {
  /** The name of its files in `charts/`, without the ending. */
  readonly name: string;
  /** null where the study has nothing of the kind to show. */
  data(results: Results): D | null;
  /** What it shows, for the CSV beside the picture. */
  table(data: D): Table;
  draw(data: D): Drawing;
  /** What it shows in a sentence or two, with the numbers: read out in place of the picture. */
  describe(data: D): string;
}

/** A figure made of one study. */
export interface Made {
  readonly name: string;
  readonly drawing: Drawing;
  readonly table: Table;
  readonly description: string;
}

/** A figure whose data's type no longer matters. */
export interface Maker {
  readonly name: string;
  make(results: Results): Made | null;
}

export function maker<D>(figure: Figure<D>): Maker {
  return {
    name: figure.name,
    make: (results) => {
      const data = figure.data(results);
      if (data === null) return null;
      return {
        name: figure.name,
        drawing: figure.draw(data),
        table: figure.table(data),
        description: figure.describe(data),
      };
    },
  };
}
