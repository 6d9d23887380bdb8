import type { CommandModule } from "yargs";
import { backendOption } from "./backend-option.js";
import { UsageError } from "./errors.js";
import { setUp, slowly } from "./set-up.js";

interface SetupArguments {
  wheel: string | undefined;
  force: boolean;
  backend: string | undefined;
}

export const setupCommand: CommandModule<object, SetupArguments> = {
  command: "setup",
  describe: "Set TensorFlow's own library up; does nothing where it is",
  builder: (yargs) =>
    yargs
      .option("wheel", {
        type: "string",
        requiresArg: true,
        describe: "a wheel of TensorFlow that you have fetched, in place of a download (or KD_SWEEP_TENSORFLOW_WHEEL)",
      })
      .option("force", { type: "boolean", default: false, describe: "check every byte and build the addon anew" })
      .option("backend", {
        ...backendOption,
        describe:
          "native: an error where it cannot be set up; portable: nothing to do (default: KD_SWEEP_BACKEND, else auto)",
      })
      .example("$0 setup", "fetch TensorFlow through pip and build its addon, once per machine")
      .example("$0 setup --wheel tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl", "without a network")
      .example("KD_SWEEP_CACHE=/big/disk $0 setup", "keep the library (1.2 GB while it is unpacked) elsewhere"),
  handler: async ({ wheel, force, backend: option }) => {
    const { askedBackend } = await import("../tensorflow/backend.js");
    const asked = askedBackend(option);
    if (asked === "portable" && (wheel !== undefined || force))
      throw new UsageError("--wheel and --force are for the native backend; the portable one needs no set-up");
    const { lacking, setUp: done } = await setUp({ asked, wheel, force });
    if (lacking !== null) console.error(slowly(lacking));
    if (done === null) console.log("The portable backend needs no set-up.");
    else console.log(`TensorFlow ${done.tensorflow} is set up${done.changed ? "" : "; nothing had to be done"}.`);
  },
};
