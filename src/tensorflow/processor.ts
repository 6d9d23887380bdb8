import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** The processor's model as the system names it. */
export function processor(): string {
  return cpus()[0]?.model.trim() ?? "unknown";
}

/** Whether it has AVX-512, where the system says so (Linux). */
export function hasAvx512(): boolean {
  try {
    return /^flags\s*:.*\bavx512f\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}
