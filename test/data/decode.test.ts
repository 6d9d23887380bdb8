import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { decode } from "../../src/data/image_folder/decode.js";
import { decodeFile } from "../../src/data/image_folder/decode-file.js";

type Rgb = readonly [number, number, number];

/** A raw picture, left half one colour, right half another. */
function halves(left: Rgb, right: Rgb, side = 32): Sharp {
  const data = Buffer.alloc(side * side * 3);
  for (let i = 0; i < side * side; i++) data.set(i % side < side / 2 ? left : right, i * 3);
  return sharp(data, { raw: { width: side, height: side, channels: 3 } });
}

function pixel(bytes: Uint8Array, size: number, x: number, y: number): number[] {
  return [...bytes.subarray((y * size + x) * 3, (y * size + x) * 3 + 3)];
}

function near(found: number[], expected: Rgb, within: number): void {
  assert.ok(
    found.every((value, i) => Math.abs(value - expected[i]!) <= within),
    `expected about ${expected.join()}, found ${found.join()}`,
  );
}

const [red, blue]: [Rgb, Rgb] = [
  [220, 30, 30],
  [20, 40, 200],
];

describe("decode", () => {
  for (const format of ["jpeg", "png", "webp"] as const) {
    it(`reads ${format} to RGB bytes of the size`, async () => {
      const file = await halves(red, blue).toFormat(format, { quality: 100 }).toBuffer();
      const bytes = await decode(sharp, file, 8);
      assert.equal(bytes.length, 8 * 8 * 3);
      near(pixel(bytes, 8, 1, 4), red, 8);
      near(pixel(bytes, 8, 6, 4), blue, 8);
    });
  }

  it("turns a picture as its EXIF orientation says", async () => {
    // Orientation 6: what was stored as left is up when it is shown.
    const file = await halves(red, blue).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const bytes = await decode(sharp, file, 8);
    near(pixel(bytes, 8, 4, 1), red, 8);
    near(pixel(bytes, 8, 4, 6), blue, 8);
  });

  it("does not keep the aspect", async () => {
    const wide = await halves(red, blue).resize(64, 16, { fit: "fill" }).png().toBuffer();
    const bytes = await decode(sharp, wide, 16);
    near(pixel(bytes, 16, 2, 0), red, 3);
    near(pixel(bytes, 16, 13, 15), blue, 3);
  });

  it("resizes bilinearly: what lies between two pixels is on the line between them", async () => {
    const two = Buffer.from([0, 0, 0, 200, 200, 200]);
    const file = await sharp(two, { raw: { width: 2, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    const row = [...(await decode(sharp, file, 8))].filter((_, i) => i < 24 && i % 3 === 0);
    assert.deepEqual([row[0], row[1], row[6], row[7]], [0, 0, 200, 200]);
    // Four pixels of the result to one of the picture: steps of 200 / 4.
    const steps = row.slice(1).map((value, i) => value - row[i]!);
    assert.ok(
      steps.every((step) => step >= 0 && step <= 51),
      row.join(),
    );
  });

  it("keeps an even slope even and in its place", async () => {
    const ramp = Buffer.alloc(256 * 256 * 3, Buffer.from(Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3))));
    const file = await sharp(ramp, { raw: { width: 256, height: 256, channels: 3 } })
      .png()
      .toBuffer();
    const bytes = await decode(sharp, file, 32);
    // The mean of columns 8x to 8x + 7; the outermost see the edge.
    for (let x = 1; x < 31; x++) near(pixel(bytes, 32, x, 16), [8 * x + 3.5, 8 * x + 3.5, 8 * x + 3.5], 1);
  });

  it("averages when it makes a picture smaller", async () => {
    // Columns of black and white: sampled they would give either, averaged they are grey.
    const stripes = Buffer.alloc(64 * 64 * 3);
    for (let i = 0; i < 64 * 64; i++) stripes.fill(i % 2 === 0 ? 0 : 255, i * 3, i * 3 + 3);
    const file = await sharp(stripes, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    const bytes = await decode(sharp, file, 8);
    for (let x = 1; x < 7; x++) near(pixel(bytes, 8, x, 4), [128, 128, 128], 12);
  });

  it("brings grey, CMYK, 16-bit and transparent pictures to 8-bit RGB, transparency over white", async () => {
    const grey = await halves([90, 90, 90], [90, 90, 90]).toColourspace("b-w").png().toBuffer();
    assert.equal((await sharp(grey).metadata()).channels, 1);
    near(pixel(await decode(sharp, grey, 8), 8, 3, 3), [90, 90, 90], 2);

    const cmyk = await halves(red, blue).toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
    assert.equal((await sharp(cmyk).metadata()).space, "cmyk");
    const fromCmyk = pixel(await decode(sharp, cmyk, 8), 8, 1, 4);
    assert.ok(fromCmyk[0]! > 150 && fromCmyk[1]! < 100 && fromCmyk[2]! < 100, fromCmyk.join());

    const deep = await halves(red, blue).toColourspace("rgb16").png().toBuffer();
    assert.equal((await sharp(deep).metadata()).depth, "ushort");
    near(pixel(await decode(sharp, deep, 8), 8, 1, 4), red, 2);

    const clear = await sharp({
      create: { width: 9, height: 9, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    near(pixel(await decode(sharp, clear, 8), 8, 3, 3), [255, 255, 255], 0);
    const half = await sharp({
      create: { width: 9, height: 9, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
    })
      .webp({ lossless: true })
      .toBuffer();
    near(pixel(await decode(sharp, half, 8), 8, 3, 3), [127, 127, 127], 2);
  });

  it("takes the first frame of an animation", async () => {
    const frames = Buffer.concat([red, blue].map((colour) => Buffer.from(new Array(16 * 16).fill(colour).flat())));
    const animated = await sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } })
      .webp({ lossless: true, loop: 0 })
      .toBuffer();
    assert.equal((await sharp(animated).metadata()).pages, 2);
    const bytes = await decode(sharp, animated, 8);
    for (const y of [0, 7]) near(pixel(bytes, 8, 3, y), red, 2);
  });

  it("gives the same bytes for the same file", async () => {
    const file = await halves(red, blue).jpeg().toBuffer();
    assert.deepEqual(await decode(sharp, file, 24), await decode(sharp, file, 24));
  });

  describe("refuses with a reason on one line", () => {
    async function reasonOf(file: Uint8Array): Promise<string> {
      const error: unknown = await decode(sharp, file, 8).then(
        () => assert.fail("it was decoded"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error && !error.message.includes("\n"));
      return error.message;
    }

    it("what is no JPEG, PNG or WebP, whatever else sharp could read", async () => {
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
      const others = [
        Buffer.from("a text"),
        Buffer.from(svg),
        Buffer.alloc(0),
        await halves(red, blue).gif().toBuffer(),
      ];
      for (const file of others) assert.equal(await reasonOf(file), "expected JPEG, PNG or WebP, found other content");
    });

    for (const format of ["jpeg", "png", "webp"] as const) {
      it(`a ${format} that is cut`, async () => {
        const noise = await sharp({
          create: {
            width: 128,
            height: 128,
            channels: 3,
            background: "grey",
            noise: { type: "gaussian", mean: 128, sigma: 50 },
          },
        })
          .toFormat(format)
          .toBuffer();
        const reason = await reasonOf(noise.subarray(0, noise.length / 2));
        assert.match(reason, /^cannot be decoded as (JPEG|PNG|WebP) \(.+\)$/);
        const clauses = reason.slice(reason.indexOf("(") + 1, -1).split("; ");
        assert.equal(new Set(clauses).size, clauses.length, `nothing is said twice: ${reason}`);
        assert.match(await reasonOf(noise.subarray(0, 20)), /^cannot be decoded as (JPEG|PNG|WebP) \(.+\)$/);
      });
    }

    it("what is no file, without reading it", async () => {
      await assert.rejects(decodeFile("/dev/zero", 8), /^Error: not a file$/);
      await assert.rejects(decodeFile("/dev", 8), /^Error: a folder$/);
      await assert.rejects(decodeFile("/dev/nowhere", 8), /^Error: no such file$/);
    });

    it("a small file that claims a picture of 60000 x 60000 pixels", async () => {
      const chunk = (type: string, data: Buffer): Buffer => {
        const body = Buffer.concat([Buffer.from(type), data]);
        const framed = Buffer.alloc(body.length + 8);
        framed.writeUInt32BE(data.length, 0);
        body.copy(framed, 4);
        framed.writeUInt32BE(crc32(body), body.length + 4);
        return framed;
      };
      const header = Buffer.alloc(13);
      header.writeUInt32BE(60_000, 0);
      header.writeUInt32BE(60_000, 4);
      header.set([8, 0, 0, 0, 0], 8);
      const bomb = Buffer.concat([
        Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
        chunk("IHDR", header),
        chunk("IDAT", deflateSync(Buffer.alloc(1_000_000))),
        chunk("IEND", Buffer.alloc(0)),
      ]);
      assert.match(await reasonOf(bomb), /pixel limit/);
    });
  });
});

/** The checksum of a PNG chunk. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
