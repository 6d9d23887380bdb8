import type { z } from "zod";

/**
 * What every exchangeable part (loss, optimizer, augmentation, student, backbone, data set) says of itself.
 * A component is one file that exports one descriptor; the planner reads it without loading TensorFlow.
 */
export interface Component<S extends object = object> {
  /** The name a sweep file uses: lower case, digits, `_` and `.`. */
  readonly name: string;
  /** One line for `--help` and the reference. */
  readonly summary: string;
  /** Raised by whoever changes this component's results or a default: part of each trial's identity. */
  readonly revision: number;
  /** A `z.object` with a default for each setting that has one. */
  readonly settings: z.ZodObject & z.ZodType<S>;
  /**
   * Maps settings that mean the same work to the same values (say a share in place of two weights).
   * Used for identity only; the training must depend on nothing else.
   */
  canonical?(settings: S): Readonly<Record<string, unknown>>;
  /** Settings that name a file or folder: their content counts for identity, never their path. */
  readonly contentSettings?: readonly string[];
  /** sha256 of the file that the component itself comes from, where a user wrote it; part of each trial's identity. */
  readonly content?: string;
  /** The setting that, where it is given and nothing names the group's component, stands for this one. */
  readonly impliedBy?: string;
  /**
   * Settings that came when artifacts were out already, with a default that changes nothing: at that default they do not
   * count for an artifact's key.
   */
  readonly addedSettings?: readonly string[];
}

/** A name -> component table that refuses a second entry of the same name. */
export class Registry<C extends Component<never> | Component> {
  private readonly components = new Map<string, C>();

  /** @param noun what the entries are, for messages: "loss", "student" */
  constructor(
    readonly noun: string,
    entries: readonly C[],
  ) {
    for (const entry of entries) {
      if (this.components.has(entry.name)) throw new Error(`two entries of the name ${entry.name} (${noun})`);
      this.components.set(entry.name, entry);
    }
  }

  names(): string[] {
    return [...this.components.keys()];
  }

  has(name: string): boolean {
    return this.components.has(name);
  }

  /** @throws Error where there is none of that name; check with `has` what a user wrote */
  get(name: string): C {
    const found = this.components.get(name);
    if (found === undefined) throw new Error(`no ${this.noun} named ${name}; there are ${this.names().join(", ")}`);
    return found;
  }

  [Symbol.iterator](): IterableIterator<C> {
    return this.components.values();
  }
}
