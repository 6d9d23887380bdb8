import { UserError } from "../trial/issue.js";
import { unwritable } from "../trial/unwritable.js";

/** What a system's error says of a place that cannot be written; undefined of any other error. */
export function notWritable(path: string, error: unknown): UserError | undefined {
  const reason = unwritable(codesOf(error)[0], "a file in a folder's place");
  return reason === undefined
    ? undefined
    : new UserError(`${path}: expected a place that can be written, found ${reason}`, 3);
}

const network: Readonly<Record<string, string>> = {
  ENOTFOUND: "no server of that name (is there a network?)",
  EAI_AGAIN: "no server of that name (is there a network?)",
  ECONNREFUSED: "a server that refuses the connection",
  ECONNRESET: "a connection that broke off",
  UND_ERR_SOCKET: "a connection that broke off",
  ENETUNREACH: "no network",
  EHOSTUNREACH: "no way to the server",
  ETIMEDOUT: "no answer",
  UND_ERR_CONNECT_TIMEOUT: "no answer",
  UND_ERR_HEADERS_TIMEOUT: "no answer",
  UND_ERR_BODY_TIMEOUT: "an answer that stopped",
};

/** Why a server could not be reached or broke off; undefined of any other error. */
export function unreachable(error: unknown): string | undefined {
  const codes = codesOf(error);
  for (const code of codes) if (network[code] !== undefined) return `${network[code]}${unheededProxy()}`;
  // fetch hides what it does not name behind a TypeError with a cause.
  const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : undefined;
  return cause === undefined ? undefined : `no connection (${cause.message})${unheededProxy()}`;
}

/** Node asks a proxy only where it is told to. */
function unheededProxy(): string {
  const { env } = process;
  const named = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].find((name) => (env[name] ?? "") !== "");
  if (named === undefined || env.NODE_USE_ENV_PROXY === "1") return "";
  return `; ${named} counts with NODE_USE_ENV_PROXY=1 (Node 22.21 or 24 and newer), else fetch it by hand`;
}

/** The codes of an error, of its causes and of the errors that it gathers. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  const gathered = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...own, ...gathered, ...codesOf(error.cause)];
}
