import { crc32, deflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Charts are mostly one colour: more effort takes four times as long and saves a sixth. */
const level = 3;

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}

let room = new Uint8Array(0);

/** The same memory for one picture after the other: new pages cost more than the copy into them. */
function roomFor(length: number): Uint8Array {
  if (room.length < length) room = new Uint8Array(length);
  return room.subarray(0, length);
}

/**
 * Pixels as PNG (ISO/IEC 15948): 8-bit RGBA, no row filter, not interlaced. A fourth of the time that the canvas's own
 * encoder takes, which is most of a report's.
 * @param pixels RGBA `[height, width, 4]`, row by row
 */
export function encodePng(pixels: Uint8Array, width: number, height: number): Buffer {
  if (pixels.length !== width * height * 4) {
    throw new RangeError(`encodePng: expected ${width} x ${height} x 4 bytes, found ${pixels.length}`);
  }
  const stride = 4 * width;
  const rows = roomFor(height * (1 + stride));
  for (let y = 0; y < height; y++) {
    const start = y * (1 + stride);
    rows[start] = 0;
    rows.set(pixels.subarray(y * stride, (y + 1) * stride), start + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}
