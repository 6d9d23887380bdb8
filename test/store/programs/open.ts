// Reads a study and, if asked, opens it for writing; says what came of each: `open <folder> [write]`.
import { StudyReader } from "../../../src/store/reader.js";
import { openStudy } from "../../../src/store/sqlite.js";
import { UserError } from "../../../src/trial/issue.js";

const [folder = "", write] = process.argv.slice(2);

function attempt(open: () => void): void {
  try {
    open();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.log(`${error.exitCode}\n${error.message}`);
  }
}

attempt(() => {
  const reader = StudyReader.open(folder);
  console.log(`${[...reader.allStates().values()].filter((state) => state === "complete").length} complete`);
  reader.close();
});
if (write !== undefined) {
  attempt(() => {
    openStudy(folder).close();
  });
}
