import type { CommandModule } from "yargs";

interface SetupArguments {
  wheel: string | undefined;
  force: boolean;
}

export const setupCommand: CommandModule<object, SetupArguments> = {
  command: "setup",
  describe: "Set TensorFlow up; does nothing where it is",
  builder: (yargs) =>
    yargs
      .option("wheel", {
        type: "string",
        requiresArg: true,
        describe: "a wheel of TensorFlow that you have fetched, in place of a download (or KD_SWEEP_TENSORFLOW_WHEEL)",
      })
      .option("force", { type: "boolean", default: false, describe: "check every byte and build the addon anew" })
      .example("$0 setup", "fetch TensorFlow through pip and build its addon, once per machine")
      .example("$0 setup --wheel tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl", "without a network")
      .example("KD_SWEEP_CACHE=/big/disk $0 setup", "keep the library (1.2 GB while it is unpacked) elsewhere"),
  handler: async ({ wheel, force }) => {
    const { ensureTensorFlow } = await import("../tensorflow/setup.js");
    const lines = setupLines(process.stderr);
    try {
      const { changed, tensorflow } = await ensureTensorFlow({ ...lines, wheel, force });
      lines.close();
      console.log(`TensorFlow ${tensorflow} is set up${changed ? "" : "; nothing had to be done"}.`);
    } finally {
      lines.close();
    }
  },
};

/** Shows what set-up says: on a terminal a long step is one line, rewritten in place; elsewhere plain lines. */
export function setupLines(stream: NodeJS.WriteStream): {
  log(line: string): void;
  progress?: (line: string) => void;
  close(): void;
} {
  if (!stream.isTTY) {
    return { log: (line) => void stream.write(`${line}\n`), close: () => undefined };
  }
  const clear = "\r\u001b[K";
  let pending = false;
  const finish = (): void => {
    if (pending) stream.write(clear);
    pending = false;
  };
  return {
    log(line) {
      finish();
      stream.write(`${line}\n`);
    },
    progress(line) {
      stream.write(`${clear}${line}`);
      pending = true;
    },
    close: finish,
  };
}
