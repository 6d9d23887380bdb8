import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { UserError } from "../trial/issue.js";

/** The installed tfjs-node: its JavaScript, and the addon's source that is built here. */
export interface TfjsPackage {
  readonly folder: string;
  readonly version: string;
  /** Where tfjs-node looks for its addon. */
  readonly addon: string;
  /** The Node-API version that the addon is built for and its folder is named after. */
  readonly napi: number;
}

interface Manifest {
  readonly version: string;
  readonly binary: { readonly module_name: string; readonly module_path: string; readonly napi_versions: number[] };
}

/**
 * Finds tfjs-node.
 *
 * @throws UserError (exit code 3) where it is not installed.
 */
export function findTfjsPackage(): TfjsPackage {
  let manifest: string;
  try {
    manifest = createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json");
  } catch {
    throw new UserError("the package @tensorflow/tfjs-node is not installed; run `npm install`", 3);
  }
  return readTfjsPackage(dirname(manifest));
}

/** Reads where the addon belongs from the package itself, by the rule of node-pre-gyp, which tfjs-node asks. */
export function readTfjsPackage(folder: string): TfjsPackage {
  const { version, binary } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const napi = Math.max(...binary.napi_versions.filter((offered) => offered <= Number(process.versions.napi)));
  const place = binary.module_path.replace("{napi_build_version}", String(napi));
  return { folder, version, napi, addon: join(folder, place, `${binary.module_name}.node`) };
}
