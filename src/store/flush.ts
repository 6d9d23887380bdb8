import { open, type FileHandle } from "node:fs/promises";

/** Brings what a file holds to the disk; those who ask while one flush runs share the next. */
export class Flush {
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;
  private file: Promise<FileHandle> | null = null;

  constructor(private readonly path: string) {}

  /** Resolves once all that was written before this call is on the disk. @throws Error where the disk does not serve */
  request(): Promise<void> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        this.running = this.flush();
        return this.running;
      });
    return this.next;
  }

  private async flush(): Promise<void> {
    // Windows flushes only what is open for writing.
    this.file ??= open(this.path, "r+");
    await (await this.file).sync();
  }

  async close(): Promise<void> {
    await this.running.catch(() => undefined);
    const file = await this.file?.catch(() => undefined);
    await file?.close();
  }
}
