import { loadLossModule, type LossModule } from "../losses/module.js";
import { Registry } from "../trial/component.js";
import { UserError } from "../trial/issue.js";
import type { Registries } from "./registries.js";

/**
 * Loads losses that a user wrote.
 * @param paths absolute
 * @returns the registries with these losses behind their own
 * @throws UserError that names the module: it does not load, is no loss, or its name is taken
 */
export async function withOwnLosses(registries: Registries, paths: Iterable<string>): Promise<Registries> {
  const known = [...registries.loss];
  for (const path of paths) {
    const loss: LossModule = await loadLossModule(path);
    if (known.some(({ name }) => name === loss.name)) {
      const issue = { path: "name", expected: "a name that no other loss of the sweep has", found: loss.name };
      throw new UserError(`loss module ${path} has a name that is taken: ${loss.name}`, 1, [issue]);
    }
    known.push(loss);
  }
  return { ...registries, loss: new Registry(registries.loss.noun, known) };
}
