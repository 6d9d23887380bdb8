import type { ArtifactRecord } from "../../src/artifacts/artifact.js";
import type { AttemptRecord, StudySnapshot, TrialRecord } from "../../src/store/store.js";
import type { Environment } from "../../src/trial/environment.js";
import type { EpochMetrics, MetricName } from "../../src/trial/metrics.js";
import type { Settings, Value } from "../../src/trial/value.js";

type Parameters = Readonly<Record<string, Value>>;

export const environment: Environment = {
  backend: "native",
  tensorflow: "2.9.1",
  tfjs: "4.22.0",
  node: "20.20.2",
  kdSweep: "0.1.0",
  threadsPerWorker: 1,
  processor: "Test processor",
  cores: 2,
  memoryBytes: 24 * 2 ** 30,
  platform: "linux-x64",
};

/** A number in [0, 1) from a text: test data that looks measured and is the same everywhere (FNV-1a). */
export function noise(...key: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const letter of key.join("/")) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

function hex(key: string): string {
  const part = (salt: string): string =>
    Math.floor(noise(key, salt) * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return part("a") + part("b");
}

/** Epochs that end at `accuracy`. */
export function epochsTo(accuracy: number, count: number, key: string, hasTeacher: boolean): EpochMetrics[] {
  return Array.from({ length: count }, (_, index) => {
    const progress = 1 - Math.exp((-3 * (index + 1)) / count);
    const end = 1 - Math.exp(-3);
    const wobble = index === count - 1 ? 0 : (noise(key, index) - 0.5) * 0.03;
    const value = 0.2 + ((accuracy - 0.2) * progress) / end + wobble;
    return {
      epoch: index + 1,
      train_loss: 1.9 * (1 - value) + 0.1 * noise(key, index, "train"),
      train_accuracy: Math.min(1, value + 0.05 * progress),
      val_loss: 2.2 * (1 - value) + 0.1 * noise(key, index, "loss"),
      val_accuracy: value,
      val_cross_entropy: 2.1 * (1 - value) + 0.1 * noise(key, index, "ce"),
      val_kl: hasTeacher ? 1.6 * (1 - value) + 0.05 * noise(key, index, "kl") : null,
      val_agreement: hasTeacher ? Math.min(1, value + 0.02) : null,
      val_ece: 0.05 + 0.05 * noise(key, index, "ece"),
      seconds: 1.5 + noise(key, index, "s"),
    };
  });
}

export interface Configuration {
  readonly parameters: Parameters;
  /** Validation accuracy that each seed ends at; "failed", "waiting" or "running" in place of it. */
  readonly outcomes: readonly (number | "failed" | "waiting" | "running")[];
  readonly settings?: Partial<Settings>;
}

export const teacherSettings = { backbone: "convnet", seed: 1, epochs: 6 };

function settingsOf(parameters: Parameters, given: Partial<Settings>): Settings {
  const block = (group: string): Record<string, Value> =>
    Object.fromEntries(
      Object.entries(parameters)
        .filter(([name]) => name.startsWith(`${group}.`))
        .map(([name, value]) => [name.slice(group.length + 1), value]),
    );
  const loss = { type: "kd", ...block("loss") };
  return {
    dataset: { name: "petals", imageSize: 64, trainFraction: 0.85, ...block("dataset") },
    teacher: loss.type === "hard" ? null : { ...teacherSettings, ...block("teacher") },
    student: { type: "shallow", ...block("student") },
    loss,
    optimizer: { type: "adam", learningRate: 0.001, ...block("optimizer") },
    schedule: { type: "constant" },
    augmentation: { type: "none", ...block("augmentation") },
    training: { epochs: 10, batchSize: 64, ...block("training") },
    ...given,
  };
}

function attempt(trial: string, number: number, state: AttemptRecord["state"], message: string | null): AttemptRecord {
  return {
    trial,
    number,
    state,
    reason: state === "failed" ? "non-finite" : null,
    message,
    startedAt: `2026-01-01T00:00:0${number}.000Z`,
    endedAt: state === "running" ? null : `2026-01-01T00:01:0${number}.000Z`,
    environment: 0,
  };
}

function trialOf(configuration: Configuration, index: number, epochs: number): TrialRecord {
  const { parameters, outcomes } = configuration;
  const outcome = outcomes[index]!;
  const key = JSON.stringify(parameters);
  const settings = settingsOf(parameters, configuration.settings ?? {});
  const spec = {
    id: hex(`${key}/${index}`),
    configuration: hex(key),
    settings,
    seed: index + 1,
    parameters,
  };
  if (outcome === "waiting") return { spec, state: "waiting", attempts: [], epochs: [], result: null };
  if (outcome === "running") {
    return { spec, state: "running", attempts: [attempt(spec.id, 1, "running", null)], epochs: [], result: null };
  }
  if (outcome === "failed") {
    const message = "the loss became NaN at epoch 3, batch 12";
    const attempts = [attempt(spec.id, 1, "failed", message), attempt(spec.id, 2, "failed", message)];
    return {
      spec,
      state: "failed",
      attempts,
      epochs: epochsTo(0.3, 2, spec.id, settings.teacher !== null),
      result: null,
    };
  }
  const trained = epochsTo(outcome, epochs, spec.id, settings.teacher !== null);
  const final = trained.at(-1)!;
  return {
    spec,
    state: "complete",
    attempts: [attempt(spec.id, 1, "complete", null)],
    epochs: trained,
    result: {
      final,
      best: trained.reduce((best, each) => (each.val_accuracy > best.val_accuracy ? each : best)),
      classes: 5,
      parameters: settings.student.type === "deep" ? 504_965 : 144_261,
      seconds: trained.reduce((sum, each) => sum + each.seconds, 0),
      predictionSeconds: (settings.student.type === "deep" ? 0.0021 : 0.0006) + spec.seed * 1e-5,
      teacherChecksum: settings.teacher === null ? null : "ab".repeat(32),
    },
  };
}

function artifactsOf(trials: readonly TrialRecord[]): ArtifactRecord[] {
  const teachers = new Map<string, NonNullable<Settings["teacher"]>>();
  for (const { spec } of trials) {
    const { teacher } = spec.settings;
    if (teacher !== null) teachers.set(JSON.stringify(teacher), teacher);
  }
  const images: ArtifactRecord = {
    key: hex("images"),
    kind: "images",
    checksum: "cd".repeat(32),
    seconds: 2.5,
    reused: false,
    details: {
      kind: "images",
      dataset: { name: "petals", imageSize: 64, trainFraction: 0.85 },
      classNames: ["daisy", "dandelion", "rose", "sunflower", "tulip"],
      trainCount: 850,
      validationCount: 150,
      classCounts: [170, 168, 172, 171, 169].map((train, index) => ({
        train,
        validation: [30, 32, 28, 29, 31][index]!,
      })),
      validationLabels: Array.from({ length: 150 }, (_, index) => index % 5),
      skipped: [{ source: "rose/broken <1>.jpg", reason: "not a JPEG, PNG or WebP file" }],
    },
  };
  const made = [...teachers.values()].map((teacher, index): ArtifactRecord => ({
    key: hex(`teacher ${index}`),
    kind: "teacher",
    checksum: "ab".repeat(32),
    seconds: 31.5,
    reused: false,
    details: {
      kind: "teacher",
      imagesKey: images.key,
      teacher,
      parameters: 1_200_000,
      epochs: epochsTo(0.953 - index * 0.02, 6, `teacher ${index}`, false),
    },
  }));
  return [images, ...made];
}

/** The study with each taught trial once for each of these teacher's seeds; `moves` is what each does to its accuracy. */
export function withTeacherSeeds(study: StudySnapshot, moves: Readonly<Record<number, number>>): StudySnapshot {
  const trials = study.trials.flatMap((trial): TrialRecord[] => {
    const { settings, id } = trial.spec;
    const { teacher } = settings;
    if (teacher === null) return [trial];
    return Object.entries(moves).map(([seed, move]) => {
      const spec = {
        ...trial.spec,
        id: hex(`${id} ${seed}`),
        settings: { ...settings, teacher: { ...teacher, seed: Number(seed) } },
        parameters: { ...trial.spec.parameters, "teacher.seed": Number(seed) },
      };
      if (trial.result === null) return { ...trial, spec };
      const { final } = trial.result;
      const result = { ...trial.result, final: { ...final, val_accuracy: final.val_accuracy + move } };
      return { ...trial, spec, result };
    });
  });
  const plan = {
    ...study.plan,
    parameters: [...study.plan.parameters, "teacher.seed"],
    trials: trials.map(({ spec }) => spec),
  };
  return { ...study, plan, trials, artifacts: artifactsOf(trials) };
}

/** The study without the result of one run: it failed. */
export function withoutRun(
  study: StudySnapshot,
  isLost: (spec: StudySnapshot["trials"][number]["spec"]) => boolean,
): StudySnapshot {
  const trials = study.trials.map((trial): TrialRecord =>
    isLost(trial.spec) ? { ...trial, state: "failed", result: null } : trial,
  );
  return { ...study, trials };
}

export interface StudyOptions {
  readonly metric?: MetricName;
  readonly epochs?: number;
  /** Index of the baseline among the configurations; null for none. */
  readonly baseline?: number | null;
  readonly parameters?: readonly string[];
  readonly overrides?: Parameters;
  readonly sweepText?: string;
  readonly name?: string;
}

/** A study with these configurations: test data, nothing here was trained. */
export function studyOf(configurations: readonly Configuration[], options: StudyOptions = {}): StudySnapshot {
  const { epochs = 10, metric = "val_accuracy", baseline = 0 } = options;
  const trials = configurations.flatMap((configuration) =>
    configuration.outcomes.map((_, index) => trialOf(configuration, index, epochs)),
  );
  const swept = new Set(configurations.flatMap(({ parameters }) => Object.keys(parameters)));
  const first = baseline === null ? undefined : configurations[baseline];
  return {
    plan: {
      name: options.name ?? "test-data",
      sweepText: options.sweepText ?? "# Test data\nname: test-data\nseeds: 3\n",
      overrides: options.overrides ?? {},
      metric: { name: metric, goal: metric === "val_accuracy" ? "maximize" : "minimize" },
      parameters: options.parameters ?? [...swept],
      baseline: first === undefined ? null : hex(JSON.stringify(first.parameters)),
      trials: trials.map(({ spec }) => spec),
    },
    trials,
    artifacts: artifactsOf(trials),
    environments: [environment],
    validationLogits: () => undefined,
  };
}

/** Logits right on the share `accuracy` of the images, the same images being hard for everyone, and sure by `sharpness`. */
export function logitsOf(
  labels: readonly number[],
  classes: number,
  accuracy: number,
  key: string,
  sharpness = 2,
): Float32Array {
  const hardness = labels.map((_, image) => 0.7 * noise("image", image) + 0.3 * noise(key, image));
  const order = labels.map((_, image) => image).sort((a, b) => hardness[a]! - hardness[b]!);
  const right = new Set(order.slice(0, Math.round(accuracy * labels.length)));
  return Float32Array.from({ length: labels.length * classes }, (_, index) => {
    const image = Math.floor(index / classes);
    const label = labels[image]!;
    const target = right.has(image)
      ? label
      : (label + 1 + Math.floor(noise(key, image, "wrong") * (classes - 1))) % classes;
    return (index % classes === target ? sharpness : 0) + noise(key, index, "logit");
  });
}

/** The study with the validation logits that a real one keeps: of every finished trial and of every teacher. */
export function withLogits(study: StudySnapshot, sharpness = 2): StudySnapshot {
  const images = study.artifacts.flatMap(({ details }) => (details.kind === "images" ? [details] : []))[0]!;
  const { validationLabels: labels, classNames } = images;
  const of = new Map(study.trials.map((trial) => [trial.spec.id, trial.result]));
  const teachers = study.artifacts.flatMap(({ key, details }): ArtifactRecord[] => {
    if (details.kind !== "teacher") return [];
    const accuracy = details.epochs.at(-1)!.val_accuracy;
    const validationLogits = logitsOf(labels, classNames.length, accuracy, key, 3 * sharpness);
    const timing = { seconds: 0.004, backend: "native" } as const;
    const logits = { kind: "logits", teacherKey: key, validationLogits, timing } as const;
    return [
      {
        key: hex(`logits ${key}`),
        kind: "logits",
        checksum: "ef".repeat(32),
        seconds: 1,
        reused: false,
        details: logits,
      },
    ];
  });
  return {
    ...study,
    artifacts: [...study.artifacts, ...teachers],
    validationLogits: (id) => {
      const result = of.get(id);
      return result == null ? undefined : logitsOf(labels, classNames.length, result.final.val_accuracy, id, sharpness);
    },
  };
}

/**
 * The study with what an earlier plan left in it: images of the same settings before a photo came in, their teacher, and
 * others.
 * @param moved by how many places the older images stand elsewhere in the validation split
 */
export function withForerunners(study: StudySnapshot, moved = 1): StudySnapshot {
  const older = study.artifacts.flatMap((artifact): ArtifactRecord[] => {
    const { details } = artifact;
    const [key, checksum] = [hex(`older ${artifact.key}`), "0f".repeat(32)];
    if (details.kind === "images") {
      const { validationLabels: labels } = details;
      const validationLabels = [...labels.slice(moved), ...labels.slice(0, moved)];
      const changed = { ...artifact, key, checksum, details: { ...details, validationLabels } };
      const drawn = { ...details, dataset: { name: "drawn", imageSize: 64, trainFraction: 0.85 } };
      return [changed, { ...artifact, key: hex(`drawn ${artifact.key}`), details: drawn }];
    }
    if (details.kind === "teacher")
      return [{ ...artifact, key, checksum, details: { ...details, imagesKey: hex(`older ${details.imagesKey}`) } }];
    return [{ ...artifact, key, checksum, details: { ...details, teacherKey: hex(`older ${details.teacherKey}`) } }];
  });
  return { ...study, artifacts: [...older, ...study.artifacts] };
}

/** The study with what its finished trials measured on a test split of 60 images. */
export function withTest(study: StudySnapshot, accuracy: (final: EpochMetrics) => number): StudySnapshot {
  const trials = study.trials.map((trial): TrialRecord => {
    if (trial.result === null) return trial;
    const { final } = trial.result;
    const { val_cross_entropy: cross_entropy, val_kl: kl, val_agreement: agreement, val_ece: ece } = final;
    const test = { images: 60, accuracy: accuracy(final), cross_entropy, kl, agreement, ece };
    return { ...trial, result: { ...trial.result, test } };
  });
  return { ...study, trials };
}

/** Three outcomes around a middle. */
export function around(middle: number, key: string, seeds = 3): number[] {
  return Array.from({ length: seeds }, (_, index) => Number((middle + (noise(key, index) - 0.5) * 0.04).toFixed(4)));
}

/** Losses, temperatures, weights and augmentation as in a first sweep, one trial failed. */
export function typicalStudy(options: StudyOptions = {}): StudySnapshot {
  const kd = (temperature: number, middle: number): Configuration => ({
    parameters: { "loss.type": "kd", "loss.temperature": temperature, "augmentation.type": "none" },
    outcomes: around(middle, `kd${temperature}`),
  });
  const weighted = (augmentation: string, middle: number): Configuration => ({
    parameters: {
      "loss.type": "kd_ce",
      "loss.temperature": 4,
      "loss.alpha": 0.9,
      "augmentation.type": augmentation,
    },
    outcomes: around(middle, `kd_ce${augmentation}`),
  });
  const hard: Configuration = {
    parameters: { "loss.type": "hard", "augmentation.type": "none" },
    outcomes: around(0.702, "hard"),
  };
  const mse: Configuration = {
    parameters: { "loss.type": "mse", "augmentation.type": "none" },
    outcomes: [0.711, "failed", 0.688],
  };
  const configurations = [
    hard,
    kd(1, 0.741),
    kd(4, 0.766),
    kd(10, 0.728),
    weighted("none", 0.772),
    weighted("flip_crop", 0.801),
    mse,
  ];
  return studyOf(configurations, { name: "typical", ...options });
}

/** A full grid: losses x temperatures x learning rates x students x augmentation, `seeds` trials each. */
export function gridStudy(rates: number, temperatures: number, seeds: number, epochs = 10): StudySnapshot {
  const configurations: Configuration[] = [];
  for (let rate = 1; rate <= rates; rate++) {
    for (const student of ["shallow", "deep"]) {
      for (const augmentation of ["none", "flip_crop"]) {
        const common = {
          "student.type": student,
          "augmentation.type": augmentation,
          "optimizer.learningRate": rate / 1000,
        };
        configurations.push({
          parameters: { ...common, "loss.type": "hard" },
          outcomes: around(0.6, `${rate}h${student}`, seeds),
        });
        for (let step = 1; step <= temperatures; step++) {
          for (const type of ["kd", "kd_ce"]) {
            configurations.push({
              parameters: { ...common, "loss.type": type, "loss.temperature": step },
              outcomes: around(
                0.65 + noise(type, step, rate, student, augmentation) / 10,
                `${rate}${type}${step}`,
                seeds,
              ),
            });
          }
        }
      }
    }
  }
  return studyOf(configurations, { epochs, name: "grid" });
}
