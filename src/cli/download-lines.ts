import type { FetchOptions } from "../data/dataset.js";
import { bytes } from "./names.js";
import type { setupLines } from "./setup-lines.js";

/** Shows downloads: on a terminal one line each, rewritten in place; elsewhere a line when one begins. */
export class DownloadLines {
  private what: string | null = null;
  private shownAt = 0;

  /** @param lines null shows nothing */
  constructor(private readonly lines: ReturnType<typeof setupLines> | null) {}

  readonly show: FetchOptions["onProgress"] = ({ bytes: loaded, total, what }) => {
    const { lines } = this;
    if (lines === null) return;
    if (lines.progress === undefined) {
      if (what !== this.what) lines.log(total === null ? what : `${what} (${bytes(total)})`);
    } else if (what !== this.what || performance.now() - this.shownAt > 100) {
      const of = total === null ? "" : ` of ${bytes(total)}`;
      lines.progress(loaded === 0 && total === null ? what : `${what}  ${bytes(loaded)}${of}`);
      this.shownAt = performance.now();
    }
    this.what = what;
  };

  close(): void {
    this.lines?.close();
  }
}
