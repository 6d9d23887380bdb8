/**
 * Folders by their own names, with as many of those around them as it takes to tell them apart.
 * @param folders absolute paths, no two alike
 */
export function folderNames(folders: readonly string[]): string[] {
  const parts = folders.map((folder) => folder.split(/[\\/]+/).filter((part) => part !== ""));
  return parts.map((own, index) => {
    const others = parts.filter((_, other) => other !== index);
    const isShared = (name: string, count: number): boolean => others.some((other) => last(other, count) === name);
    let count = 1;
    while (count < own.length && isShared(last(own, count), count)) count++;
    return last(own, count);
  });
}

function last(parts: readonly string[], count: number): string {
  return parts.slice(-count).join("/");
}
