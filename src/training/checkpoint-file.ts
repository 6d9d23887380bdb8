import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backends, type Backend } from "../trial/environment.js";
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint, type CheckpointOwner } from "./checkpoint.js";

function fileOf(backend: Backend): string {
  return `checkpoint-${backend}.bin`;
}

/** Each is told one line. */
export interface CheckpointReport {
  /** Of a training that goes on from its checkpoint. */
  readonly log: (line: string) => void;
  /** Of what costs time: one that starts over though it was begun, or goes on without checkpoints. */
  readonly warn: (line: string) => void;
}

/**
 * The latest checkpoint of a trial or a teacher, in a folder of its own, for each backend its own: no training goes on from
 * another's. It appears there whole or not at all for whoever survives a killed process; what a power loss leaves of it, its
 * checksum tells. Losing it costs time alone, so a write that fails is told and passed over.
 */
export class CheckpointFile {
  private readonly path: string;
  private failed = false;

  constructor(
    private readonly folder: string,
    private readonly owner: CheckpointOwner,
    private readonly report: CheckpointReport,
  ) {
    this.path = join(folder, fileOf(owner.backend));
  }

  /** null where there is none, or none to go on from. */
  read(): Checkpoint | null {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.refuse(`cannot be read (${String(error)})`);
      else this.tellOfOthers();
      return null;
    }
    const decoded = decodeCheckpoint(this.owner, bytes);
    if (decoded.ok) {
      this.tellOfEpoch(decoded.checkpoint.progress.last.epoch, decoded.on);
      return decoded.checkpoint;
    }
    this.refuse(decoded.reason);
    return null;
  }

  write(checkpoint: Checkpoint): void {
    if (this.failed) return;
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(`${this.path}.new`, encodeCheckpoint(this.owner, checkpoint));
      renameSync(`${this.path}.new`, this.path);
    } catch (error) {
      this.failed = true;
      this.report.warn(`${this.owner.work}: no checkpoint can be written (${String(error)}); it trains on without`);
    }
  }

  /** Epochs of one training that were computed in two ways are what no third one repeats. */
  private tellOfEpoch(epoch: number, before: string | undefined): void {
    const { on, work } = this.owner;
    const goesOn = `${work}: goes on after epoch ${epoch}`;
    if (before === undefined || on === undefined || before === on) this.report.log(goesOn);
    else this.report.warn(`${goesOn}, trained with ${before}; now with ${on}, so that it may not repeat to the bit`);
  }

  private tellOfOthers(): void {
    for (const backend of backends) {
      if (backend === this.owner.backend || !existsSync(join(this.folder, fileOf(backend)))) continue;
      this.report.warn(
        `${this.owner.work}: starts over; what the ${backend} backend trained of it stays, for that one to go on`,
      );
    }
  }

  private refuse(reason: string): void {
    this.report.warn(`${this.owner.work}: the checkpoint ${reason}; it starts over`);
  }
}
