/**
 * Writes the golden values of the losses, in double precision, to stdout. After a build:
 *
 *   node dist/test/losses/golden/make.js | npx prettier --parser json > test/losses/golden/values.json
 */
import { batches, cases, titleOf } from "./cases.js";
import { formulas, standardizing } from "./formulas.js";

const values = cases.map((one) => {
  const formula = formulas[one.loss]!;
  const computed = Object.entries(batches).map(([name, batch]) => {
    const of = one.standardize === true ? standardizing(formula) : formula;
    return [name, of({ ...batch, epoch: one.epoch ?? 1 }, one.settings)] as const;
  });
  return [titleOf(one), Object.fromEntries(computed)] as const;
});
process.stdout.write(`${JSON.stringify(Object.fromEntries(values), null, 2)}\n`);
