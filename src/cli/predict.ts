import type { CommandModule } from "yargs";
import type { Prediction, Predictions } from "../execution/prediction.js";
import { printable } from "../report/values.js";
import { backendOption } from "./backend-option.js";
import { exitCodes, UsageError } from "./errors.js";

interface PredictOptions {
  model: string;
  images: string[];
  top: number;
  json: boolean;
  backend: string | undefined;
}

export const predictCommand: CommandModule<object, PredictOptions> = {
  command: "predict <model> <images..>",
  describe: "Say what a kept student sees in images",
  builder: (command) =>
    command
      .positional("model", {
        type: "string",
        demandOption: true,
        describe: "a model's folder, or a study's: its best trial",
      })
      .positional("images", { type: "string", array: true, demandOption: true, describe: "image files" })
      .option("top", { type: "number", requiresArg: true, default: 3, describe: "classes to name for each image" })
      .option("json", { type: "boolean", default: false, describe: "one JSON object per image, all classes" })
      .option("backend", backendOption)
      .check(({ top }) => {
        if (Number.isInteger(top) && top >= 1) return true;
        throw new UsageError(`--top: expected a whole number from 1, found ${top}`);
      })
      .example("$0 predict results/quickstart photo.jpg", "by the study's best student"),
  handler: async ({ model, images, top, json, backend }) => {
    const { askedBackend } = await import("../tensorflow/backend.js");
    const { modelAt } = await import("../study/kept.js");
    const { predictImages } = await import("../execution/prediction.js");
    const found = await predictImages({ model: modelAt(model), images }, askedBackend(backend));
    for (const prediction of found.predictions) {
      if (json) console.log(JSON.stringify(asJson(prediction, found)));
      else if ("reason" in prediction) console.error(printable(`kd-sweep: ${prediction.image}: ${prediction.reason}`));
      else console.log(printable(`${prediction.image}  ${ranked(prediction.probabilities, found, top)}`));
    }
    if (found.predictions.some((prediction) => "reason" in prediction)) process.exitCode = exitCodes.trialsFailed;
  },
};

function ranked(probabilities: readonly number[], { classNames }: Predictions, top: number): string {
  return probabilities
    .map((probability, index) => ({ probability, name: classNames[index] ?? "" }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top)
    .map(({ probability, name }) => `${name} ${(100 * probability).toFixed(1)} %`)
    .join(", ");
}

function asJson(prediction: Prediction, { classNames }: Predictions): object {
  if ("reason" in prediction) return prediction;
  const { image, probabilities } = prediction;
  return { image, probabilities: Object.fromEntries(classNames.map((name, index) => [name, probabilities[index]])) };
}
