import { readFile, stat } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { z } from "zod";
import { UserError } from "../../trial/issue.js";

/** A longer `model.json` describes no image classifier. */
const mostBytes = 64 * 1024 * 1024;

const described = z.looseObject({
  modelTopology: z.looseObject({}),
  format: z.string().optional(),
  weightsManifest: z.array(
    z.looseObject({
      paths: z.array(z.string()),
      weights: z.array(z.looseObject({ name: z.string(), shape: z.array(z.int().nonnegative()), dtype: z.string() })),
    }),
  ),
});

/** What a `model.json` says. */
export type ModelDescription = z.output<typeof described>;

/**
 * Reads what a `model.json` says, from its bytes.
 * @throws UserError where it is none
 */
export function describeModel(path: string, bytes: Uint8Array): ModelDescription {
  const parsed = described.safeParse(jsonOf(bytes));
  if (parsed.success) return parsed.data;
  throw refused(path, "a TensorFlow.js model, with modelTopology and weightsManifest", "another content");
}

/**
 * The files that a model consists of: its `model.json`, then those of its weights in their order.
 * @throws UserError where it cannot be read, is none, or names files outside its folder
 */
export async function modelFiles(path: string): Promise<readonly string[]> {
  const status = await stat(path).catch(() => null);
  if (status?.isFile() !== true) throw refused(path, "a model.json", status === null ? "nothing there" : "a folder");
  if (status.size > mostBytes) throw refused(path, `at most ${mostBytes} bytes`, String(status.size));
  const { weightsManifest } = describeModel(path, await readFile(path));
  const folder = dirname(resolve(path));
  const shards = weightsManifest.flatMap(({ paths }) => paths);
  const outside = shards.find((shard) => !resolve(folder, shard).startsWith(folder + sep));
  if (outside !== undefined) throw refused(path, "weight files beside it", `one outside of its folder, ${outside}`);
  return [path, ...shards.map((shard) => resolve(folder, shard))];
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** @param path of the model */
export function refusedModel(path: string, expected: string, found: string, hint?: string): UserError {
  const issue = { path: "teacher.model", expected, found: `${found} (${path})`, ...(hint !== undefined && { hint }) };
  return new UserError("the teacher's model cannot be used", 1, [issue]);
}

function refused(path: string, expected: string, found: string): UserError {
  return refusedModel(path, expected, found, "tensorflowjs_converter makes one of a Keras model");
}
