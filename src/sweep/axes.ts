import { sameValue } from "../settings/canonical.js";
import type { Catalogue, KnownSetting } from "../settings/catalogue.js";
import { reads } from "../settings/resolve.js";
import { list, plain } from "../settings/wording.js";
import type { Value } from "../trial/value.js";
import { orderParameters } from "./dependencies.js";
import { selectorKey } from "./draft.js";
import type { Range } from "./range.js";
import type { Sweep, SweptParameter } from "./sweep.js";

/** Where a parameter applies, by what another one stands at. */
export interface Condition {
  /** Index of the other axis, which stands before this one. */
  readonly axis: number;
  /** By the other's value. */
  readonly holds: readonly boolean[];
  /** Where the other does not apply. */
  readonly otherwise: boolean;
}

/** One dimension of the search space: a parameter that applies somewhere. */
export interface Axis {
  readonly known: KnownSetting;
  /** For a range a single one, which stands for whatever is drawn. */
  readonly values: readonly Value[];
  readonly range?: Range;
  readonly conditions: readonly Condition[];
  /** Earlier axes of its zip: where one of them applies, this one stands at that one's index. */
  readonly partners: readonly number[];
}

/** A parameter that applies nowhere, and why. */
export interface Idle {
  readonly key: string;
  readonly reason: string;
}

export interface Axes {
  /** Each behind those it depends on, else in the file's order. */
  readonly axes: readonly Axis[];
  readonly idle: readonly Idle[];
}

type Settled = Pick<Sweep, "fixed" | "parameters" | "zip">;

/** Turns the parameters of a sweep into axes: what a `when` and the chosen components say becomes conditions on indices. */
export function axesOf(sweep: Settled, catalogue: Catalogue): Axes {
  return new AxesBuilder(sweep, catalogue).build();
}

class AxesBuilder {
  private readonly axes: Axis[] = [];
  private readonly indices = new Map<string, number>();
  private readonly idle = new Map<string, string>();

  constructor(
    private readonly sweep: Settled,
    private readonly catalogue: Catalogue,
  ) {}

  build(): Axes {
    const byKey = new Map(this.sweep.parameters.map((parameter) => [parameter.key, parameter]));
    const ordered = orderParameters(
      this.sweep.parameters.map(({ key, when }) => ({ key, group: this.known(key).group, when: Object.keys(when) })),
    );
    if ("circle" in ordered) throw new Error(`parameters depend on each other: ${ordered.circle.join(" -> ")}`);
    for (const key of ordered.order) {
      const parameter = byKey.get(key);
      if (parameter !== undefined) this.add(parameter);
    }
    return { axes: this.axes, idle: [...this.idle].map(([key, reason]) => ({ key, reason })) };
  }

  private add(parameter: SweptParameter): void {
    const known = this.known(parameter.key);
    const conditions: Condition[] = [];
    for (const condition of [...this.explicit(parameter), ...this.implied(known)]) {
      if (typeof condition === "string") {
        this.idle.set(parameter.key, condition);
        return;
      }
      if (condition !== undefined) conditions.push(condition);
    }
    const zip = this.sweep.zip.find((keys) => keys.includes(parameter.key)) ?? [];
    const partners = zip.flatMap((key) => this.indices.get(key) ?? []);
    this.indices.set(parameter.key, this.axes.length);
    const { range } = parameter;
    const values = range === undefined ? parameter.values : [null];
    this.axes.push({ known, values, conditions, partners, ...(range && { range }) });
  }

  /** Of a `when`; undefined where it always holds, the reason where it never does. */
  private *explicit(parameter: SweptParameter): Generator<Condition | string | undefined> {
    for (const [key, allowed] of Object.entries(parameter.when)) {
      const fits = (value: Value): boolean => allowed.some((one) => sameValue(one, value));
      const axis = this.indices.get(key);
      const never = `its \`when\` on ${key} never holds`;
      if (axis === undefined) {
        const fixed = this.sweep.fixed[key];
        yield fixed !== undefined && fits(fixed) ? undefined : never;
      } else {
        const holds = this.valuesOf(axis).map(fits);
        yield holds.includes(true) ? { axis, holds, otherwise: false } : never;
      }
    }
  }

  /** Of the components: the chosen one must read the setting, and a teacher's matters where the loss uses one. */
  private *implied(known: KnownSetting): Generator<Condition | string | undefined> {
    if (!known.selects) {
      const key = selectorKey(known.group) ?? "";
      yield this.bySelector(key, known.group, (name) => reads(known, name), "does not read it");
    }
    if (known.group === "teacher") {
      yield this.bySelector("loss.type", "loss", (name) => this.catalogue.needsTeacher(name), "uses no teacher");
    }
  }

  private bySelector(
    key: string,
    group: KnownSetting["group"],
    fits: (name: string) => boolean,
    otherwise: string,
  ): Condition | string | undefined {
    const byDefault = this.sweep.fixed[key] ?? this.catalogue.defaultComponent(group);
    const axis = this.indices.get(key);
    const standsAt = fits(plain(byDefault));
    if (axis === undefined) return standsAt ? undefined : `${key} ${plain(byDefault)} ${otherwise}`;
    const holds = this.valuesOf(axis).map((value) => fits(plain(value)));
    if (!holds.includes(true) && !standsAt) return `${key} ${list(this.valuesOf(axis).map(plain))} ${otherwise}`;
    return holds.includes(false) || !standsAt ? { axis, holds, otherwise: standsAt } : undefined;
  }

  private valuesOf(axis: number): readonly Value[] {
    return this.axes[axis]?.values ?? [];
  }

  private known(key: string): KnownSetting {
    const known = this.catalogue.get(key);
    if (known === undefined) throw new Error(`${key} is no known setting`);
    return known;
  }
}
