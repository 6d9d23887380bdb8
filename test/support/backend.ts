import { askedBackend } from "../../src/tensorflow/backend.js";

/** Whether the tests run on the native backend. */
export const onNative = askedBackend() !== "portable";

/** A test of what the portable backend does not have. */
export const nativeOnly = onNative ? it : it.skip;
export const portableOnly = onNative ? it.skip : it;
