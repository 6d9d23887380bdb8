import { Registry } from "../trial/component.js";
import { ceMse } from "./ce_mse.js";
import { dist } from "./dist.js";
import { dkd } from "./dkd.js";
import { hard } from "./hard.js";
import { jsd } from "./jsd.js";
import { kd } from "./kd.js";
import { kdCe } from "./kd_ce.js";
import { kdMse } from "./kd_mse.js";
import { smoothable } from "./label-smoothing.js";
import type { Loss } from "./loss.js";
import { mse } from "./mse.js";
import { nkd } from "./nkd.js";
import { normKd } from "./norm_kd.js";
import { reverseKl } from "./reverse_kl.js";
import { rld } from "./rld.js";
import { standardizable } from "./standardize.js";
import { wttm } from "./wttm.js";

/** The distillation losses that `loss.type` may name. */
export const losses = new Registry<Loss>("loss", [
  smoothable(hard),
  standardizable(kd),
  smoothable(standardizable(kdCe)),
  mse,
  kdMse,
  smoothable(ceMse),
  smoothable(standardizable(dkd)),
  smoothable(standardizable(nkd)),
  smoothable(standardizable(dist)),
  smoothable(standardizable(rld)),
  smoothable(standardizable(wttm)),
  smoothable(normKd),
  standardizable(reverseKl),
  standardizable(jsd),
]);
