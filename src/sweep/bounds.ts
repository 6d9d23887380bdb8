import { Lexer } from "yaml";

/** A sweep file is text that a person wrote; what is beyond these was made to do harm or is no sweep file. */
export const bounds = {
  characters: 1024 * 1024,
  /** Blocks and lists within each other. */
  depth: 64,
  aliases: 100,
  /** Keys, values and list entries, each alias counted as what it stands for. */
  nodes: 50_000,
} as const;

/**
 * Reads tokens only, so that text which would exhaust the stack or the memory of a YAML parser never reaches one.
 * @returns the first bound that the text breaks, or undefined
 */
export function brokenBound(
  text: string,
): { readonly line: number; readonly expected: string; readonly found: string } | undefined {
  if (text.length > bounds.characters) {
    return { line: 1, expected: `at most ${bounds.characters} characters`, found: `${text.length}` };
  }
  const nesting = new Nesting();
  let aliases = 0;
  for (const token of new Lexer().lex(text)) {
    nesting.read(token);
    if (token.startsWith("*")) aliases++;
    if (nesting.depth > 2 * bounds.depth) {
      return { line: nesting.line, expected: `at most ${bounds.depth} blocks within each other`, found: "more" };
    }
    if (aliases > bounds.aliases) {
      return { line: nesting.line, expected: `at most ${bounds.aliases} aliases (*name)`, found: "more" };
    }
  }
  return undefined;
}

/** How deep a token stands: open brackets, and columns of the blocks around it. An upper bound, within a factor of two. */
class Nesting {
  line = 1;
  private brackets = 0;
  private column = 0;
  private columns: number[] = [];
  private startsLine = true;

  get depth(): number {
    return this.brackets + this.columns.length;
  }

  read(token: string): void {
    if (token === "[" || token === "{") this.brackets++;
    if (token === "]" || token === "}") this.brackets = Math.max(0, this.brackets - 1);
    const opensBlock = this.brackets === 0 && (token === "-" || token === "?" || token === ":");
    if (token.trim() !== "" && (this.startsLine || opensBlock)) {
      if (this.startsLine) this.columns = this.columns.filter((column) => column < this.column);
      this.columns.push(this.column);
      this.startsLine = false;
    }
    const lines = token.split("\n");
    if (lines.length > 1) {
      this.line += lines.length - 1;
      this.column = 0;
      this.startsLine = true;
    }
    this.column += lines.at(-1)?.length ?? 0;
  }
}
