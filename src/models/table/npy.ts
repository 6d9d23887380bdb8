/** A table of numbers as `numpy.save` wrote it. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]`, row-major. */
  readonly values: Float32Array;
}

/** What is wrong with a file: `reason` completes "expected ..., found ...". */
export interface Unreadable {
  readonly reason: string;
  readonly hint?: string;
}

/** numpy's own headers take 128 bytes. */
const headerLimit = 65_536;

const floatSizes = { "<f2": 2, "<f4": 4, "<f8": 8 } as const;
type FloatType = keyof typeof floatSizes;

/**
 * Reads a `.npy` file (versions 1.0 to 3.0) of a matrix of float16, float32 or float64, little-endian, in C order. Nothing
 * is allocated by what the header says before the file was found to be that long, and nothing in it is executed.
 */
export function readNpy(bytes: Uint8Array): Matrix | Unreadable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 10 || view.getUint8(0) !== 0x93 || text(bytes, 1, 6) !== "NUMPY") {
    return { reason: "a file that does not begin as numpy.save's do" };
  }
  const major = view.getUint8(6);
  if (major < 1 || major > 3) return { reason: `version ${major} of the format` };
  const start = major === 1 ? 10 : 12;
  if (bytes.byteLength < start) return { reason: "a file that is cut short in its header" };
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > headerLimit) return { reason: `a header of ${length} bytes` };
  if (start + length > bytes.byteLength) return { reason: "a file that is cut short in its header" };
  const header = parseHeader(text(bytes, start, start + length));
  return "reason" in header ? header : readValues(view, start + length, header);
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString("latin1");
}

interface Header {
  readonly type: FloatType;
  readonly rows: number;
  readonly columns: number;
}

function parseHeader(header: string): Header | Unreadable {
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (type === undefined && /'descr'\s*:\s*\[/.test(header)) {
    return { reason: "records of several fields", hint: "save the matrix of logits alone" };
  }
  if (type === undefined || order === undefined || shape === undefined) return { reason: "a header without a matrix" };
  if (!isFloatType(type)) {
    return { reason: `numbers of type ${type}`, hint: "save logits.astype('<f4')" };
  }
  if (order === "True") return { reason: "Fortran order", hint: "save np.ascontiguousarray(logits)" };
  const sides = shape.split(",").map((side) => side.trim());
  if (sides.at(-1) === "") sides.pop();
  const [rows, columns] = sides.map((side) => (/^\d{1,15}$/.test(side) ? Number(side) : Number.NaN));
  if (sides.length !== 2 || !Number.isSafeInteger(rows) || !Number.isSafeInteger(columns)) {
    return { reason: `an array of shape (${shape})`, hint: "save a matrix of one row per image" };
  }
  return { type, rows: rows ?? 0, columns: columns ?? 0 };
}

const isFloatType = (type: string): type is FloatType => Object.hasOwn(floatSizes, type);

function readValues(view: DataView, start: number, { type, rows, columns }: Header): Matrix | Unreadable {
  const size = floatSizes[type];
  const expected = rows * columns * size;
  const found = view.byteLength - start;
  if (found !== expected) {
    return { reason: `${found} bytes of values where the header says ${expected}`, hint: "is it cut short?" };
  }
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < values.length; i++) values[i] = readFloat(view, start + i * size, type);
  return { rows, columns, values };
}

function readFloat(view: DataView, at: number, type: FloatType): number {
  if (type === "<f4") return view.getFloat32(at, true);
  if (type === "<f8") return view.getFloat64(at, true);
  return halfFloat(view.getUint16(at, true));
}

/** IEEE 754 binary16: a sign, 5 bits of exponent with a bias of 15, 10 bits of fraction. */
function halfFloat(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
