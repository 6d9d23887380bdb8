import type { default as Sharp } from "sharp";

/** A larger image is refused before it is decoded. */
const mostPixels = 100_000_000;
const mostSeconds = 60;

/** For an image that is decoded only to see that it can be: its size then does not matter. */
export const trialSize = 8;

/**
 * An image as RGB bytes `[size, size, 3]`: turned as its EXIF orientation says, brought to 8-bit sRGB, transparent parts
 * over white, of an animation the first frame. The resize does not keep the aspect (as in the article) and is bilinear:
 * sharp's `linear` kernel, a triangle as wide as one output pixel on each side, so that a photo made much smaller is
 * averaged and not sampled. (TensorFlow's plain bilinear resize, which the article uses, takes four neighbours however
 * much smaller the image gets. An enlarged image lies half a pixel beside TensorFlow's.)
 *
 * @param bytes of a JPEG, PNG or WebP file
 * @throws Error whose message is the reason on one line
 */
export async function decode(sharp: typeof Sharp, bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const format = formatOf(bytes);
  if (format === undefined) throw new Error("expected JPEG, PNG or WebP, found other content");
  let decoded: { data: Buffer; info: { channels: number; width: number; height: number } };
  try {
    decoded = await sharp(bytes, { failOn: "error", limitInputPixels: mostPixels, pages: 1 })
      .timeout({ seconds: mostSeconds })
      .autoOrient()
      .flatten({ background: "white" })
      .resize(size, size, { fit: "fill", kernel: "linear" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // libvips says the same once for each time that it tried.
    const reasons = new Set(message.split("\n").map((line) => line.trim()));
    reasons.delete("");
    throw new Error(`cannot be decoded as ${format} (${[...reasons].join("; ")})`, { cause: error });
  }
  const { data, info } = decoded;
  if (info.channels === 3 && data.length === size * size * 3) return data;
  throw new Error(`cannot be decoded as ${format} (${info.channels} channels)`);
}

/** By the first bytes, so that no other decoder of the image library ever sees a file. */
function formatOf(bytes: Uint8Array): "JPEG" | "PNG" | "WebP" | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.length)).toString("latin1");
  if (start.startsWith("\xff\xd8\xff")) return "JPEG";
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) return "WebP";
  return undefined;
}
