import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../trial/issue.js";
import { countParameters, parameterTensors } from "./network.js";
import type { Layer } from "./model.js";
import { students } from "./registry.js";

/** A student that a study kept, as `layersModel` wrote it. */
export interface KeptModel {
  readonly classNames: readonly string[];
  /** Side in pixels of the images that it takes. */
  readonly size: number;
  readonly layers: readonly Layer[];
  /** All of the network's, one tensor after the other. */
  readonly parameters: Float32Array;
}

const metadata = z.object({
  userDefinedMetadata: z.object({
    classNames: z.array(z.string()).min(2),
    preprocessing: z.object({ size: z.int().positive().max(4096) }),
    provenance: z.object({ settings: z.object({ student: z.looseObject({ type: z.string() }) }) }),
  }),
});

/**
 * @param folder that holds `model.json` and `weights.bin`
 * @throws UserError where these are no model that kd-sweep kept, whole
 */
export function readKeptModel(folder: string): KeptModel {
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch {
      return refuse("a model that kd-sweep kept", `no ${name} that can be read`);
    }
  };
  const refuse = (expected: string, found: string): never => {
    throw new UserError(`${folder}: expected ${expected}, found ${found}`);
  };
  const [model, weights] = [read("model.json").toString("utf8"), read("weights.bin")];
  const parsed = metadata.safeParse(jsonOf(model));
  if (!parsed.success) return refuse("a model that kd-sweep kept", "a model.json that says nothing of its student");
  const { classNames, preprocessing, provenance } = parsed.data.userDefinedMetadata;
  const { student } = provenance.settings;
  if (!students.has(student.type)) return refuse(`a student of ${students.names().join(", ")}`, student.type);
  const descriptor = students.get(student.type);
  const chosen = descriptor.settings.safeParse(student);
  if (!chosen.success) return refuse(`the settings of a ${student.type} student`, "others");
  const layers = descriptor.layers(classNames.length, chosen.data);
  const bytes = 4 * countParameters(parameterTensors(layers));
  if (weights.byteLength !== bytes) {
    return refuse(`${bytes} bytes of weights for a ${student.type} student`, `${weights.byteLength} in weights.bin`);
  }
  // A copy, since the bytes may start anywhere in their buffer, and floats may not.
  return {
    classNames,
    size: preprocessing.size,
    layers,
    parameters: new Float32Array(Uint8Array.from(weights).buffer),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
