// Two threads that give operations new attribute names as fast as they can: attribute-names.js
import { createRequire } from "node:module";
import { isMainThread, Worker } from "node:worker_threads";
import { fileURLToPath } from "node:url";
import { findTfjsPackage } from "../../../src/tensorflow/package.js";

interface Binding {
  readonly TF_ATTR_INT: number;
  executeOp(name: string, attributes: readonly object[], inputs: readonly number[], outputs: number): unknown;
}

if (isMainThread) {
  for (let thread = 0; thread < 2; thread++) new Worker(fileURLToPath(import.meta.url));
} else {
  const binding = createRequire(import.meta.url)(findTfjsPackage().addon) as Binding;
  for (let operation = 0; operation < 300; operation++) {
    const attributes = Array.from({ length: 1000 }, () => ({
      name: `name-${Math.random()}`,
      type: binding.TF_ATTR_INT,
      value: 1,
    }));
    // It has no such attributes, which TensorFlow says and passes over.
    binding.executeOp("NoOp", attributes, [], 0);
  }
}
