import { readFileSync } from "node:fs";

/**
 * What a program that died said last, as one line: its error rather than the stack below it.
 *
 * @param from the place in the log where its messages begin, in bytes
 * @returns null where it said nothing
 */
export function lastMessage(logFile: string, from: number): string | null {
  let text: string;
  try {
    text = readFileSync(logFile).subarray(from).toString();
  } catch {
    return null;
  }
  const lines = text.split("\n").filter((line) => /^\S/.test(line) && !line.startsWith("Node.js v"));
  const error = lines.findLast((line) =>
    /^(\w*Error\b|terminate called|Fatal|FATAL|.*: cannot open shared object)/.test(line),
  );
  return (error ?? lines.at(-1))?.trim() ?? null;
}
