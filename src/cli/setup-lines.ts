/** Shows what set-up says: on a terminal a long step is one line, rewritten in place; elsewhere plain lines. */
export function setupLines(stream: NodeJS.WriteStream): {
  log(line: string): void;
  progress?: (line: string) => void;
  close(): void;
} {
  if (!stream.isTTY) {
    return { log: (line) => void stream.write(`${line}\n`), close: () => undefined };
  }
  const clear = "\r\u001b[K";
  let pending = false;
  const finish = (): void => {
    if (pending) stream.write(clear);
    pending = false;
  };
  return {
    log(line) {
      finish();
      stream.write(`${line}\n`);
    },
    progress(line) {
      stream.write(`${clear}${line}`);
      pending = true;
    },
    close: finish,
  };
}
