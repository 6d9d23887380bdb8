// Writes what is made from the schemas: `npm run reference`, at the top of the repository.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedMark, referenceMarkdown } from "./markdown.js";
import { sweepFileJsonSchema } from "./schema.js";

writeFileSync(join("sweeps", "sweep.schema.json"), `${JSON.stringify(sweepFileJsonSchema(), null, 2)}\n`);

const page = join("docs", "sweep-file.md");
const [written = ""] = readFileSync(page, "utf8").split(generatedMark);
writeFileSync(page, `${written.trimEnd()}\n\n${generatedMark}\n\n${referenceMarkdown()}`);
