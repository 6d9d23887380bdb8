import { availableParallelism } from "node:os";

import { processor } from "../src/tensorflow/processor.js";

/** One line of a measurement: medians of alternating runs. */
export interface Row {
  readonly name: string;
  readonly ours_s: number;
  readonly peer_s: number;
  /** What the table says at the line's end. */
  readonly note?: string;
}

/** Prints a measurement line by line: as a table, or as JSON, `{name, ours_s, peer_s, ratio}` a line. */
export class Rows {
  private static readonly nameWidth = 44;

  /**
   * @param title what is measured
   * @param sides what stands over the two columns
   */
  constructor(
    private readonly json: boolean,
    title: string,
    sides: readonly [ours: string, peer: string] = ["kd-sweep", "Keras"],
  ) {
    if (json) return;
    const [ours, peer] = sides;
    console.log(`${title}, on ${processor()} (${availableParallelism()} cores)\n`);
    console.log(`${"".padEnd(Rows.nameWidth)}${ours.padStart(10)} ${peer.padStart(10)}   ratio`);
  }

  add({ name, ours_s, peer_s, note }: Row): void {
    const ratio = ours_s / peer_s;
    if (this.json) {
      console.log(JSON.stringify({ name, ours_s, peer_s, ratio }));
      return;
    }
    const seconds = (value: number): string => `${value.toFixed(value < 1 ? 4 : 3)} s`.padStart(10);
    const end = note === undefined ? "" : `   ${note}`;
    console.log(
      `${name.padEnd(Rows.nameWidth)}${seconds(ours_s)} ${seconds(peer_s)}   ${ratio < 0.01 ? ratio.toPrecision(1) : ratio.toFixed(2)}${end}`,
    );
  }
}
