/** Text without control and direction characters, which could rewrite a terminal's line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

/** The same line by line. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
