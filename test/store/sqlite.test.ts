import { join } from "node:path";
import { openStudy } from "../../src/store/sqlite.js";
import { conformance, type Subject } from "./conformance.js";
import { temporaryFolder } from "./programs/programs.js";

describe("the SQLite store", () => {
  const folder = temporaryFolder();

  conformance("kept open", () => ({
    store: openStudy(join(folder(), "study"), { create: true }),
    step: () => undefined,
  }));

  conformance("opened again after each step", () => {
    const path = join(folder(), "results", "study");
    const subject: { -readonly [K in keyof Subject]: Subject[K] } = {
      store: openStudy(path, { create: true }),
      step() {
        subject.store.close();
        subject.store = openStudy(path);
      },
    };
    return subject;
  });
});
