import { backends, type Backend } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";

/** The environment variable that chooses the backend by hand. */
export const backendVariable = "KD_SWEEP_BACKEND";

/**
 * The backend that was asked for: by the command's option, else by `KD_SWEEP_BACKEND`; null where neither says one.
 * @throws UserError for any other word
 */
export function askedBackend(option?: string): Backend | null {
  const fromOption = option !== undefined;
  const word = option ?? process.env[backendVariable];
  if (word === undefined || word === "" || word === "auto") return null;
  const found = backends.find((backend) => backend === word);
  if (found !== undefined) return found;
  throw new UserError(
    `${fromOption ? "--backend" : backendVariable}: expected auto, native or portable, found ${word}`,
  );
}
