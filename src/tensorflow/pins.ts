/** A wheel whose native library the addon is built on, pinned to its bytes. */
export interface WheelPin {
  /** The machines it is for: `process.platform` and `process.arch`. */
  readonly target: string;
  readonly project: string;
  readonly version: string;
  /** The CPython the wheel is for; the library in it is the same for all, and none is needed to unpack it. */
  readonly python: string;
  readonly platform: string;
  /** The oldest glibc it runs on. */
  readonly glibc: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Bytes of what is unpacked of it. */
  readonly unpackedBytes: number;
}

/** One row per platform that has a native TensorFlow. To raise the version: change the row, run the tests and `bench`. */
const WHEELS: readonly WheelPin[] = [
  {
    target: "linux-x64",
    project: "tensorflow-cpu",
    version: "2.21.0",
    python: "3.11",
    platform: "manylinux_2_27_x86_64",
    glibc: "2.27",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    bytes: 273_829_956,
    unpackedBytes: 860_000_000,
  },
];

/** This platform, as wheels name it. */
export const ownTarget = `${process.platform}-${process.arch}`;

/** The wheel for a platform; undefined where there is none. */
export function wheelFor(target: string = ownTarget): WheelPin | undefined {
  return WHEELS.find((wheel) => wheel.target === target);
}

/** The platforms that have a wheel, for messages. */
export const wheelTargets: readonly string[] = WHEELS.map((wheel) => wheel.target);

/** "cp311", as the wheel's name has it. */
export function pythonTag(pin: WheelPin): string {
  return `cp${pin.python.replace(".", "")}`;
}

/** The file name that an index gives the wheel. */
export function wheelName(pin: WheelPin): string {
  const tag = pythonTag(pin);
  return `${pin.project.replaceAll("-", "_")}-${pin.version}-${tag}-${tag}-${pin.platform}.whl`;
}
