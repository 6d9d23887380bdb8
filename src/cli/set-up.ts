import type { ChosenBackend, SetupOptions } from "../tensorflow/setup.js";
import type { Backend } from "../trial/environment.js";
import { setupLines } from "./setup-lines.js";

export interface SetUpOptions extends Pick<SetupOptions, "wheel" | "force"> {
  /** What the user asked for; null for the best that this machine has. */
  readonly asked: Backend | null;
  readonly quiet?: boolean;
}

/** That the slow backend is used, and how to get the fast one. */
export function slowly(lacking: string): string {
  return (
    `the portable backend is used, which trains several times slower: TensorFlow's own library cannot be set up, ` +
    `since ${lacking}\n\`kd-sweep doctor\` tells what to do`
  );
}

/** Sets TensorFlow up where it is not, and shows what that does, unless it is to be quiet. */
export async function setUp({ asked, quiet = false, ...how }: SetUpOptions): Promise<ChosenBackend> {
  const { chooseBackend } = await import("../tensorflow/setup.js");
  const lines = setupLines(process.stderr);
  try {
    return await chooseBackend(asked, { ...(quiet ? { log: () => undefined } : lines), ...how });
  } finally {
    lines.close();
  }
}
