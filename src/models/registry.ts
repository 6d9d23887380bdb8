import { Registry } from "../trial/component.js";
import type { Backbone } from "./backbone.js";
import { convnetMedium, convnetSmall } from "./convnet.js";
import { deep } from "./deep.js";
import { ownLayers } from "./layers.js";
import type { SequentialNetwork } from "./model.js";
import { efficientNet, mobileNets } from "./pretrained/backbones.js";
import { savedModel } from "./saved/model.js";
import { shallow } from "./shallow.js";
import { logitTable } from "./table/logits.js";

/** The networks that `student.type` may name. */
export const students = new Registry<SequentialNetwork>("student", [shallow, deep, ownLayers] as SequentialNetwork[]);

/** The networks that `teacher.backbone` may name. */
export const backbones = new Registry<Backbone>("teacher backbone", [
  convnetSmall,
  convnetMedium,
  ...mobileNets,
  efficientNet,
  logitTable,
  savedModel,
]);
