import type { SequentialNetwork } from "./model.js";
import type { PretrainedBackbone } from "./pretrained/backbone.js";
import type { TeacherRecipe } from "./recipe.js";
import type { SavedModelBackbone } from "./saved/model.js";
import type { TableBackbone } from "./table/logits.js";

/** A teacher's network that is trained from scratch. */
export interface ScratchBackbone extends SequentialNetwork<TeacherRecipe> {
  readonly kind: "scratch";
}

/** What a teacher may be: `kind` says how it comes to its weights, or to its logits without any. */
export type Backbone = ScratchBackbone | PretrainedBackbone | TableBackbone | SavedModelBackbone;
