import Module, { createRequire } from "node:module";
import type { ChartJSNodeCanvas } from "chartjs-node-canvas";

type Resolve = (this: unknown, request: string, ...rest: unknown[]) => string;

/** What `require` asks for a module's file: Node's own name for it, which tools have replaced since long ago. */
const resolver = Module as unknown as { _resolveFilename: Resolve };

/**
 * Makes a chartjs-node-canvas painter on @napi-rs/canvas. That package asks for `canvas`, whose binary comes from an
 * install script alone; a user's npm runs none, and heeds no `overrides` of an installed package.
 */
export function onPackagedCanvas(make: () => ChartJSNodeCanvas): ChartJSNodeCanvas {
  const packaged = createRequire(import.meta.url).resolve("@napi-rs/canvas");
  const original = resolver._resolveFilename;
  resolver._resolveFilename = function (request, ...rest) {
    return request === "canvas" ? packaged : original.call(this, request, ...rest);
  };
  try {
    return make();
  } finally {
    resolver._resolveFilename = original;
  }
}
