// The direction of imports (CONTRIBUTING.md, "Rooms"). A room may import those listed for it and nothing else of src.
const rooms = {
  trial: [],
  files: [],
  settings: ["trial", "losses", "models", "data", "training/optimizers", "training/schedules", "training/settings"], // descriptors
  sweep: ["trial", "settings"],
  store: ["trial", "files/folders", "artifacts/artifact"],
  artifacts: [
    "trial",
    "files/folders",
    "store/lock",
    "data/registry", // revisions, as the two below
    "data/augmentation/registry",
    "models/registry",
  ],
  tensorflow: ["trial", "artifacts/cache-folder", "store/lock"],
  losses: ["trial", "tensorflow/ops"],
  models: ["trial", "files/checksums", "tensorflow", "data/images", "download"],
  download: ["trial", "store/lock"],
  data: ["trial", "files", "download", "store/lock", "tensorflow/ops"],
  training: ["trial", "files", "settings", "losses", "models", "data", "artifacts", "tensorflow"],
  execution: ["trial", "settings", "training", "models", "data", "artifacts", "tensorflow"],
  study: [
    "trial",
    "files",
    "settings",
    "sweep",
    "store",
    "execution",
    "artifacts",
    "data/dataset", // how a download tells how far it is
    "data/images",
    "losses/module", // a user's own losses
    "models/cost",
    "models/kept-model",
    "models/layers-model",
    "models/content",
    "models/pretrained/weight-files", // downloads
  ],
  report: ["trial", "files/folders", "settings/nearest", "sweep", "store", "artifacts/artifact"],
  library: ["trial", "settings", "losses", "models", "sweep", "study", "execution", "tensorflow", "artifacts"],
  index: ["library", "trial", "settings"],
  cli: [
    "trial",
    "files/folders",
    "settings",
    "sweep",
    "study",
    "store",
    "report",
    "execution",
    "tensorflow",
    "artifacts",
    "data/dataset",
    "data/image_folder/survey",
  ],
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: "^src/(index|execution/(host|worker|predict-host))\\.ts$" },
      to: {},
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `imports-of-${room}`,
      severity: "error",
      from: { path: `^src/${room}/` },
      to: { path: "^src/", pathNot: `^src/(${[room, ...allowed].join("|")})(/|\\.ts$)` },
    })),
    ...Object.entries({
      "^piscina": "^src/execution/",
      "^@photostructure/sqlite": "^src/store/",
      "chart\\.js|chartjs-node-canvas|@napi-rs/canvas": "^src/report/",
      "^sharp": "^src/data/",
      "^tar/": "^src/download/",
      "^yargs": "^src/cli/",
    }).map(([library, home]) => ({
      name: `one-home-for-${library.replace(/[^a-z]/g, "")}`,
      severity: "error",
      from: { path: "^src/", pathNot: home },
      to: { path: `node_modules/(${library.replace("^", "")})`, dependencyTypesNot: ["type-only"] },
    })),
    {
      name: "tensorflow-loads-in-one-place",
      comment: "everything else takes `tf` as an argument and imports its type only",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/tensorflow/" },
      to: { path: "node_modules/@tensorflow", dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
