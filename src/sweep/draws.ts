import { canonicalJson } from "../settings/canonical.js";
import { identityPart } from "../settings/identity.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import { resolve, uncheckedSettings } from "../settings/resolve.js";
import type { Issue } from "../trial/issue.js";
import { deriveSeed, Random } from "../trial/random.js";
import { groups, type Settings, type Value } from "../trial/value.js";
import type { Axis } from "./axes.js";
import { draw } from "./range.js";
import { fulfils } from "./setting.js";
import { Space } from "./space.js";
import type { Sweep } from "./sweep.js";
import { applies, partnersIndex, type Point } from "./walk.js";

type Given = Readonly<Record<string, Value>>;

/** What `method: random` draws. */
export interface Draws {
  /** Swept parameters that apply, per configuration; each configuration once. */
  readonly configurations: readonly Given[];
  /** What is wrong with combinations that were drawn, each thing once. */
  readonly issues: readonly Issue[];
}

/**
 * Draws configurations. A pure function of the sweep: each parameter has random numbers of its own per draw, so that a larger
 * count keeps the configurations of a smaller one, and another parameter changes no other's values. Where a space of lists has
 * few configurations left, it is walked for them.
 * @returns fewer than asked for where there are no more
 */
export function drawConfigurations(sweep: Sweep, registries: Registries = ownRegistries): Draws {
  return new Drawing(sweep, registries).draws();
}

class Drawing {
  private readonly space: Space;
  private readonly seen = new Set<string>();
  private readonly found: Given[] = [];
  private readonly issues = new Map<string, Issue>();

  constructor(
    private readonly sweep: Sweep,
    private readonly registries: Registries,
  ) {
    this.space = new Space(sweep, registries);
  }

  draws(): Draws {
    const { method } = this.sweep;
    const { count, seed } = method === "grid" ? { count: 0, seed: 1 } : method;
    for (let number = 0; this.found.length < count && number < 1000 + 20 * count; number++) {
      this.add(this.drawn(seed, number));
    }
    if (this.space.axes.every(({ range }) => range === undefined)) {
      for (const point of this.space.points()) {
        if (this.found.length >= count) break;
        this.add(this.given(point));
      }
    }
    return { configurations: this.found, issues: [...this.issues.values()] };
  }

  private add(given: Given): void {
    const flat = { ...this.sweep.fixed, ...given };
    const resolved = resolve(flat, this.registries);
    const settings = resolved.ok ? resolved.value.settings : uncheckedSettings(flat, this.registries);
    if (this.sweep.exclude.some((conditions) => fulfils(settings, conditions))) return;
    if (!resolved.ok) {
      for (const issue of resolved.issues) {
        if (!this.issues.has(issue.path)) this.issues.set(issue.path, issue);
      }
      return;
    }
    const work = this.workOf(settings);
    if (this.seen.has(work)) return;
    this.seen.add(work);
    this.found.push(given);
  }

  /** What a configuration means, as far as it is known without looking at files. */
  private workOf(settings: Settings): string {
    const parts = groups.map((group) => identityPart(group, settings[group], this.registries).trial);
    const paths = this.space.axes
      .filter(({ known }) => known.isPath)
      .map(({ known }) => settings[known.group]?.[known.setting] ?? null);
    return `${parts.join(",")} ${canonicalJson(paths)}`;
  }

  private drawn(seed: number, number: number): Given {
    const { axes } = this.space;
    const point: number[] = new Array<number>(axes.length).fill(-1);
    const given: Record<string, Value> = {};
    axes.forEach((axis, index) => {
      if (!applies(axis, point)) return;
      const random = new Random(deriveSeed(seed, "sweep", axis.known.key, number));
      const partner = partnersIndex(axis, point);
      point[index] = partner >= 0 ? partner : random.integer(axis.values.length);
      given[axis.known.key] = axis.range === undefined ? valueAt(axis, point[index]) : draw(axis.range, random);
    });
    return this.inOrder(given);
  }

  private given(point: Point): Given {
    const given: Record<string, Value> = {};
    this.space.axes.forEach((axis, index) => {
      const at = point[index] ?? -1;
      if (at >= 0) given[axis.known.key] = valueAt(axis, at);
    });
    return this.inOrder(given);
  }

  /** In the file's order of parameters. */
  private inOrder(given: Given): Given {
    return Object.fromEntries(
      this.sweep.parameters.flatMap(({ key }) => {
        const value = given[key];
        return value === undefined ? [] : [[key, value] as const];
      }),
    );
  }
}

function valueAt({ values }: Axis, index: number): Value {
  return values[index] ?? null;
}
