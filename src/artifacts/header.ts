import { z } from "zod";
import type { ArtifactSpec } from "./artifact.js";
import { checksumOf } from "./blocks.js";

const format = 1;

const header = z.object({
  format: z.literal(format),
  checksum: z.string(),
  infoChecksum: z.string(),
  bytes: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  info: z.unknown(),
});

/** What `info.json` holds besides the artifact's own info. */
export interface Header {
  readonly checksum: string;
  /** Length of `data.bin`. */
  readonly bytes: number;
  readonly seconds: number;
  readonly info: unknown;
}

/** The text of an artifact's `info.json`. The spec stands in it for people; nothing reads it back. */
export function headerOf(
  spec: ArtifactSpec,
  artifact: { readonly checksum: string; readonly seconds: number; readonly info: unknown; readonly data: Uint8Array },
): string {
  const { checksum, data, info, seconds } = artifact;
  return JSON.stringify({
    format,
    spec,
    checksum,
    infoChecksum: checksumOfInfo(info),
    bytes: data.length,
    seconds,
    info,
  });
}

/** undefined where the text is not what `headerOf` wrote. */
export function parseHeader(text: string): Header | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = header.safeParse(json);
  if (!parsed.success || checksumOfInfo(parsed.data.info) !== parsed.data.infoChecksum) return undefined;
  const { bytes, checksum, info, seconds } = parsed.data;
  return { bytes, checksum, info, seconds };
}

function checksumOfInfo(info: unknown): string {
  return checksumOf(Buffer.from(JSON.stringify(info)));
}

/** An artifact by what it is, for messages: "the images of petals". */
export function describe(spec: ArtifactSpec): string {
  switch (spec.kind) {
    case "images":
      return `the image array of ${spec.dataset.name}`;
    case "teacher":
      return `the teacher ${spec.teacher.backbone}`;
    case "logits":
      return `the logits of the teacher ${spec.teacher.teacher.backbone}`;
  }
}
