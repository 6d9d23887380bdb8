import type { Ops, Tensor } from "./ops.js";

/** An attribute of a TensorFlow op, in the order (and with the types) of the op's definition. */
export type Attribute = { readonly name: string } & (
  | { readonly kind: "integers"; readonly value: readonly number[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "type"; readonly value: "float32" | "int32" }
);

/** Runs TensorFlow ops by name, past tfjs's own set of them; nothing here is recorded for a gradient. */
export interface NativeOps {
  run(op: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  runAll(op: string, attributes: readonly Attribute[], inputs: readonly Tensor[], outputs: number): Tensor[];
}

/** What tfjs-node's backend has besides tfjs's interface. */
interface NativeBackend {
  readonly binding: Readonly<
    Record<"TF_ATTR_INT" | "TF_ATTR_STRING" | "TF_ATTR_BOOL" | "TF_ATTR_TYPE" | "TF_FLOAT" | "TF_INT32", number>
  >;
  executeMultipleOutputs(
    op: string,
    attributes: readonly { readonly name: string; readonly type: number; readonly value: unknown }[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** TensorFlow's ops by name, or null where the backend in use is not the native one. */
export function nativeOps(tf: Ops): NativeOps | null {
  if (tf.getBackend() !== "tensorflow") return null;
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const types = {
    integers: binding.TF_ATTR_INT,
    string: binding.TF_ATTR_STRING,
    boolean: binding.TF_ATTR_BOOL,
    type: binding.TF_ATTR_TYPE,
  };
  const encode = (attribute: Attribute): { name: string; type: number; value: unknown } => {
    const { name, kind, value } = attribute;
    const dataType = value === "float32" ? binding.TF_FLOAT : binding.TF_INT32;
    return { name, type: types[kind], value: kind === "type" ? dataType : value };
  };
  const runAll: NativeOps["runAll"] = (op, attributes, inputs, outputs) =>
    backend.executeMultipleOutputs(op, attributes.map(encode), inputs, outputs);
  return {
    runAll,
    run: (op, attributes, inputs) => {
      const [output] = runAll(op, attributes, inputs, 1);
      if (output === undefined) throw new Error(`${op} gave no output`);
      return output;
    },
  };
}

/** A function of the backend in use, worked out once for each backend. */
export function oncePerBackend<T>(work: (tf: Ops) => T): (tf: Ops) => T {
  const known = new WeakMap<object, { readonly value: T }>();
  return (tf) => {
    const backend = tf.backend();
    let found = known.get(backend);
    if (found === undefined) {
      found = { value: work(tf) };
      known.set(backend, found);
    }
    return found.value;
  };
}
