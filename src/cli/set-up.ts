import { setupLines } from "./setup.js";

/** Sets TensorFlow up where it is not, and shows what that does, unless it is to be quiet. */
export async function setUp({ quiet = false }: { readonly quiet?: boolean } = {}): Promise<void> {
  const { ensureTensorFlow } = await import("../tensorflow/setup.js");
  const lines = setupLines(process.stderr);
  try {
    await ensureTensorFlow(quiet ? { log: () => undefined } : lines);
  } finally {
    lines.close();
  }
}
