import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server whose n-th request gets the n-th answer, and all later ones the last. */
export class LocalServer {
  /** The `range` header of each request; "" where there was none. */
  readonly ranges: string[] = [];
  private readonly server: Server;
  answers: readonly Answer[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      const answer = this.answers[Math.min(this.ranges.length, this.answers.length - 1)];
      this.ranges.push(request.headers.range ?? "");
      answer?.(request, response);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, "127.0.0.1", resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/file.bin`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A server as it should be: ranges, an ETag. `breakAfter` cuts the connection after so many bytes of the body. */
export function serve(
  content: Buffer,
  { breakAfter, etag = '"1"', ranges = true }: { breakAfter?: number; etag?: string | null; ranges?: boolean } = {},
): Answer {
  return (request, response) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const condition = request.headers["if-range"];
    const partial = ranges && asked !== null && (condition === undefined || condition === etag);
    const start = partial ? Number(asked[1]) : 0;
    if (etag !== null) response.setHeader("etag", etag);
    if (start >= content.length && partial) {
      response.writeHead(416).end();
      return;
    }
    const body = content.subarray(start);
    if (partial) response.setHeader("content-range", `bytes ${start}-${content.length - 1}/${content.length}`);
    response.writeHead(partial ? 206 : 200, { "content-length": body.length });
    if (breakAfter === undefined) response.end(body);
    else response.write(body.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 20));
  };
}

export function status(code: number): Answer {
  return (_, response) => {
    response.writeHead(code, { "content-length": 0 }).end();
  };
}
