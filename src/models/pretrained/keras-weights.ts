import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Worker } from "node:worker_threads";

import { UserError, type Issue } from "../../trial/issue.js";
import type { ExpectedTensor, H5Problem, H5Reply, H5Request } from "./h5-worker.js";

/** The largest of the files this reads (MobileNetV2 1.4) has 18 MB. */
const fileLimit = 256 * 1024 * 1024;
const memoryLimit = 512 * 1024 * 1024;
/** Reading takes a tenth of a second; in milliseconds. */
const timeLimit = 60_000;

export interface KerasWeights {
  /** The tensors' values, one after the other, in the order that was asked for. */
  readonly values: Float32Array<ArrayBuffer>;
  /** The names of all of the file's layers, also of those without tensors. */
  readonly layers: readonly string[];
  /** Of the file, in hexadecimal digits. */
  readonly md5: string;
  /** Of the file, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Reads the tensors of a Keras weight file in the layout of keras.applications (HDF5, a group for each layer), by name.
 *
 * @throws UserError where the file cannot be read, or, all at once, for the tensors that are missing, of another shape,
 *   without finite numbers in them, or in the file without being expected
 */
export async function readKerasWeights(path: string, expected: readonly ExpectedTensor[]): Promise<KerasWeights> {
  const bytes = await readBytes(path);
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest("hex");
  // Before the bytes go to the worker.
  const hashes = { md5: digest("md5"), sha256: digest("sha256") };
  const reply = await inWorker({ bytes, expected, memoryLimit });
  switch (reply.kind) {
    case "values":
      return { values: reply.values, layers: reply.layers, ...hashes };
    case "unreadable":
      throw unusable(path, reply.reason);
    case "problems":
      throw mismatch(path, reply.problems);
  }
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  let file;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw unusable(path, `a file that cannot be opened (${(error as NodeJS.ErrnoException).code ?? "error"})`);
  }
  try {
    const status = await file.stat();
    if (!status.isFile()) throw unusable(path, "something that is no file");
    if (status.size > fileLimit) throw unusable(path, `a file of ${status.size} bytes, more than any of them has`);
    const bytes = new Uint8Array(status.size);
    const { bytesRead } = await file.read(bytes, 0, status.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** HDF5's own notes go nowhere; the reply says what is wrong. */
function inWorker(request: H5Request): Promise<H5Reply> {
  const worker = new Worker(new URL("./h5-worker.js", import.meta.url), {
    workerData: request,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return new Promise<H5Reply>((resolve) => {
    const unreadable = (reason: string): void => {
      resolve({ kind: "unreadable", reason });
    };
    const timer = setTimeout(() => {
      unreadable(`a file that takes HDF5 more than ${timeLimit / 1000} s to read`);
    }, timeLimit);
    worker.once("message", resolve);
    worker.once("error", (error: Error) => {
      unreadable(`a file on which HDF5 fails (${error.message.split("\n", 1)[0] ?? ""})`);
    });
    worker.once("exit", () => {
      clearTimeout(timer);
      unreadable("a file on which HDF5 ends without an answer");
    });
  }).finally(() => worker.terminate());
}

function unusable(path: string, found: string): UserError {
  const issue: Issue = {
    path,
    expected: "a Keras weight file (.h5)",
    found,
    hint: "download it again, or write it with model.save('name.h5')",
  };
  return new UserError(`${path} is not a usable weight file`, 1, [issue]);
}

function mismatch(path: string, problems: readonly H5Problem[]): UserError {
  const issues = problems.map(({ name, expected, found }): Issue => {
    const where = `${path}: ${name}`;
    if (expected === null) {
      const hint = name.startsWith("predictions/") || name.startsWith("Logits/");
      return {
        path: where,
        expected: "no such tensor",
        found: found ?? "something",
        ...(hint ? { hint: "a file without the ImageNet head is needed: its name ends in no_top.h5 or notop.h5" } : {}),
      };
    }
    return { path: where, expected, found: found ?? "nothing" };
  });
  const count = `${issues.length} ${issues.length === 1 ? "tensor" : "tensors"}`;
  return new UserError(`${basename(path)} does not fit the model: ${count} missing, misshapen or too many`, 1, issues);
}
