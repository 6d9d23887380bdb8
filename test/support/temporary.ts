import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder for one test file, removed after its last test. Call at the top of a `describe`. */
export function temporaryFolder(): { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "kd-sweep-test-"));
  after(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return { path };
}
