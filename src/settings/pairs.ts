import type { Issue } from "../trial/issue.js";
import { selectors, type ComponentSettings, type Group, type Settings } from "../trial/value.js";
import type { Catalogue } from "./catalogue.js";
import { list, plain, show } from "./wording.js";

/** What two groups' settings, each right by itself, ask of each other. */
export interface PairRule {
  readonly groups: readonly [Group, Group];
  /** What is wrong with the two blocks together; the expectation names the other side. */
  readonly issues: (one: ComponentSettings, other: ComponentSettings, catalogue: Catalogue) => readonly Issue[];
}

/** A network's least image side against the data set's. */
const imageSizes = (["student", "teacher"] as const).map((network): PairRule => ({
  groups: ["dataset", network],
  issues: (dataset, block, catalogue) => {
    const { imageSize } = dataset as Settings["dataset"];
    const name = plain(block[selectors[network]]);
    const least = catalogue.component(network, name).minimumImageSize?.(block) ?? 0;
    if (imageSize >= least) return [];
    const expected = `>= ${least} for ${network}.${selectors[network]} ${name}`;
    return [{ path: "dataset.imageSize", expected, found: show(imageSize) }];
  },
}));

/** A teacher that knows its answers to the plain images alone is never shown a view, nor a mixture of two images. */
const views = (["augmentation", "training"] as const).map((group): PairRule => ({
  groups: [group, "teacher"],
  issues: (varying, teacher, catalogue) => {
    const name = plain(teacher[selectors.teacher]);
    const [path, plainly, found] =
      group === "augmentation"
        ? ["augmentation.type", "none", varying.type]
        : ["training.mixup", "0", varying.mixup ?? 0];
    if (plain(found) === plainly || catalogue.component("teacher", name).answersViews !== false) return [];
    const expected = `${plainly} for teacher.${selectors.teacher} ${name}`;
    const hint = "a fixed table cannot answer for augmented views; another kind of teacher can";
    return [{ path, expected, found: plain(found), hint }];
  },
}));

/**
 * A loss whose teacher's term uses the labels against a data set that has images without one. A loss on labels alone is
 * none of them: it trains on the images that have one.
 */
const unlabelled: PairRule = {
  groups: ["dataset", "loss"],
  issues: ({ labelledFraction = 1, unlabelled = null }, { type }, catalogue) => {
    if (labelledFraction === 1 && unlabelled === null) return [];
    if (catalogue.registries.loss.get(plain(type)).teacherTermNeedsLabels !== true) return [];
    const cause =
      unlabelled === null ? `dataset.labelledFraction is ${show(labelledFraction)}` : "dataset.unlabelled is given";
    const expected = `a loss that needs no label of an image where ${cause}: ${list(catalogue.lossesWithoutLabels())}`;
    return [{ path: "loss.type", expected, found: show(type) }];
  },
};

/**
 * The validation loss grows during a warm-up of the loss, since its teacher's term does: by it no epoch would be better
 * than the first. Of a user's own loss nobody knows what its settings mean.
 */
const warmUp: PairRule = {
  groups: ["loss", "training"],
  issues: ({ module = null, warmup }, { monitor, patience = null }) => {
    if (typeof warmup !== "number" || warmup <= 1 || module !== null) return [];
    if (patience === null || monitor !== "val_loss") return [];
    const expected = `val_accuracy where loss.warmup is ${show(warmup)} and training.patience is given`;
    const hint = "during the warm-up val_loss grows with the weight of the teacher's term, and the first epoch is best";
    return [{ path: "training.monitor", expected, found: monitor, hint }];
  },
};

export const pairRules: readonly PairRule[] = [...imageSizes, unlabelled, ...views, warmUp];

/** What is wrong between the groups of one trial's settings. */
export function pairIssues(settings: Settings, catalogue: Catalogue): Issue[] {
  return pairRules.flatMap(({ groups: [one, other], issues }) => {
    const [first, second] = [settings[one], settings[other]];
    return first === null || second === null ? [] : issues(first, second, catalogue);
  });
}
