import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { trainingEnvironment } from "../../src/tensorflow/process-environment.js";
import type { Backend } from "../../src/trial/environment.js";
import { isSetUp } from "../../src/tensorflow/setup.js";

interface Network {
  readonly name: string;
  readonly objective: number;
  readonly gradient: readonly number[];
}

function linesOf(program: string, backend: Backend): string[] {
  const path = fileURLToPath(new URL(`./programs/${program}.js`, import.meta.url));
  const options = { env: trainingEnvironment(process.env, 1, backend), maxBuffer: 1 << 28, stdio: "pipe" } as const;
  return execFileSync(process.execPath, [path], options).toString().trim().split("\n");
}

function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe("the portable backend", function () {
  this.timeout(120_000);

  it("has the gradients of convolutions, pooling and products right, and leaves nothing behind", () => {
    const [line = ""] = linesOf("portable-kernels", "portable");
    assert.deepEqual(JSON.parse(line), { backend: "wasm", off: [] });
  });

  it("gives each network's objective and gradient as the native backend does, within 1e-4", function () {
    if (!isSetUp()) this.skip();
    const [native, portable] = (["native", "portable"] as const).map((backend) =>
      linesOf("gradients", backend).map((line) => JSON.parse(line) as Network),
    ) as [Network[], Network[]];
    assert.ok(native.length >= 4);
    for (const [index, { name, objective, gradient }] of native.entries()) {
      const other = portable[index]!;
      assert.equal(other.name, name);
      assert.ok(Math.abs(other.objective - objective) <= 1e-4 * objective, name);
      const scale = greatest(gradient);
      const worst = greatest(gradient.map((value, i) => value - other.gradient[i]!));
      assert.ok(scale > 0 && worst <= 1e-4 * scale, `${name}: off by ${worst} of ${scale}`);
    }
  });
});
