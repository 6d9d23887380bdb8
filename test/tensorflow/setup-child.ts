// A set-up in a process of its own, for setup-killed.test.ts: node setup-child.js <root> <pin as JSON> [<where to die>]
import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { WheelPin } from "../../src/tensorflow/pins.js";
import { setUp } from "../../src/tensorflow/setup.js";
import { placeIn } from "./setup-fixture.js";

const [root = "", pin = "", death = "never"] = process.argv.slice(2);
const real = placeIn(root, JSON.parse(pin) as WheelPin);

function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

/** Dies as soon as a part of the library is unpacked, between two reads of the zip. */
function dieWhenUnpacking(): void {
  const unfinished = readdirSync(real.cache).find((name) => name.startsWith("unfinished-"));
  if (unfinished !== undefined && readdirSync(join(real.cache, unfinished)).includes("libtensorflow_cc.so.2")) die();
  setImmediate(dieWhenUnpacking);
}

const place = { ...real, probe: death === "check" ? die : real.probe };
const log = (line: string): void => {
  if (death === "unpack" && line.startsWith("unpacking")) dieWhenUnpacking();
};
console.log(JSON.stringify(await setUp(place, { log })));
