import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { askedBackend } from "../tensorflow/backend.js";
import { trainingEnvironment } from "../tensorflow/process-environment.js";
import { isSetUp } from "../tensorflow/setup.js";
import type { Backend } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";
import type { Failure } from "../trial/outcome.js";

export interface PredictRequest {
  /** Folder of a kept model. */
  readonly model: string;
  /** Paths of image files. */
  readonly images: readonly string[];
}

/** What a model says of one image. */
export type Prediction =
  | { readonly image: string; readonly probabilities: readonly number[] }
  /** Why it could not be used. */
  | { readonly image: string; readonly reason: string };

export interface Predictions {
  readonly classNames: readonly string[];
  /** In the images' order. */
  readonly predictions: readonly Prediction[];
}

export type PredictResponse = Predictions | Failure;

/**
 * Class probabilities of images, by a student that a study kept, in a process of its own.
 * @param asked what is to compute; null for the native backend where it is set up, else the portable one
 * @throws UserError where the folder holds no such model, or, with exit code 3, TensorFlow does not load
 */
export async function predictImages(
  request: PredictRequest,
  asked: Backend | null = askedBackend(),
): Promise<Predictions> {
  const backend = asked ?? (isSetUp() ? "native" : "portable");
  const child = fork(fileURLToPath(new URL("./predict-host.js", import.meta.url)), [], {
    env: trainingEnvironment(process.env, 1, backend),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const response = await new Promise<PredictResponse>((resolve, reject) => {
    child.once("message", (message) => {
      resolve(message as PredictResponse);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      reject(new UserError(`the process that predicts ended by itself (${signal ?? String(code)})`, 3));
    });
    child.send(request);
  });
  if ("state" in response) throw new UserError(response.message, response.environment === true ? 3 : 1);
  return response;
}
