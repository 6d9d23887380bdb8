import type { z } from "zod";
import { catalogueOf } from "../../settings/catalogue.js";
import { listSettings, type ListedSetting } from "../../settings/list.js";
import { registries as ownRegistries, type Registries } from "../../settings/registries.js";
import { describeSchema, show } from "../../settings/wording.js";
import { groups, selectors, type Group } from "../../trial/value.js";
import { expectation } from "../checked.js";
import { executionKey } from "../keys.js";
import { randomMethod } from "../method.js";
import { metricKey } from "../metric.js";
import { namedDifferences, parameterDifferences, topLevelDifferences } from "../wandb.js";
import { sweepFileSchema } from "./schema.js";

/** The line of docs/sweep-file.md below which everything is generated. */
export const generatedMark = "<!-- Below this line everything is written by `npm run reference`. -->";

/** The generated part of the sweep file's reference. */
export function referenceMarkdown(registries: Registries = ownRegistries): string {
  const differences = [topLevelDifferences, parameterDifferences, namedDifferences].flat();
  return [
    "## Every key",
    table(["key", "accepts", "meaning"], keyRows(registries)),
    "## W&B's keys",
    "What a file of W&B's may have that this one has not; each is answered with the same words when such a file is read.",
    table(
      ["key", "instead"],
      differences.map(({ key, instead }) => [`\`${key}\``, cell(instead)]),
    ),
    "## Every setting",
    "A setting that only some of its group's components read names them behind its meaning.",
    ...groups.map((group) => section(group, registries)),
    "",
  ].join("\n\n");
}

/** Keys that are blocks with keys of their own. */
const blocks: Readonly<Record<string, { readonly shape: Readonly<Record<string, z.core.$ZodType>> }>> = {
  method: randomMethod,
  metric: metricKey,
  execution: executionKey,
};

function keyRows(registries: Registries): string[][] {
  const isSetting = (key: string): boolean => key.includes(".") || groups.some((group) => group === key);
  const { shape } = sweepFileSchema(registries);
  return Object.entries<z.core.$ZodType>(shape)
    .filter(([key]) => !isSetting(key))
    .flatMap(([key, schema]) => {
      const inner = Object.entries(blocks[key]?.shape ?? {});
      return [[key, schema] as const, ...inner.map(([name, own]) => [`${key}.${name}`, own] as const)];
    })
    .map(([name, own]) => [`\`${name}\``, cell(expectation(own)), cell(describeSchema(own).description)]);
}

function section(group: Group, registries: Registries): string {
  const components = catalogueOf(registries).components(group);
  const selector = selectors[group];
  const named = components.map(({ name, summary }) => [`\`${name}\``, cell(summary)]);
  const choice = selector === null ? [] : [table([`\`${group}.${selector}\``, "what it is"], named)];
  const rows = listSettings(registries)
    .filter((setting) => setting.group === group && setting.key !== `${group}.${selector ?? ""}`)
    .map((setting) => {
      const { key, type, description, components: readers } = setting;
      const some = readers.length === 0 || readers.length === components.length ? "" : ` (${readers.join(", ")})`;
      return [`\`${key}\``, cell(type), defaultOf(setting), cell(`${description}${some}`)];
    });
  const settings = rows.length === 0 ? [] : [table(["setting", "accepts", "default", "meaning"], rows)];
  return [`### ${group}`, ...choice, ...settings].join("\n\n");
}

function defaultOf({ default: value }: ListedSetting): string {
  return value === undefined ? "none" : `\`${typeof value === "string" ? value : show(value)}\``;
}

/** Text that means nothing to Markdown. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*").replaceAll("\n", " ").trim();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
