/** `--backend`, of the commands that train or predict; `askedBackend` reads it. */
export const backendOption = {
  type: "string",
  requiresArg: true,
  describe: "native, portable (WebAssembly: slower, runs everywhere) or auto (default: KD_SWEEP_BACKEND, else auto)",
} as const;
