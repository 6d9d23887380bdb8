// Is killed in the middle of a change to a study, before any of it counts: `half <folder>`.
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";

const connection = new DatabaseSync(join(process.argv[2] ?? "", "study.sqlite"));
connection.exec("PRAGMA cache_size = 1; BEGIN; UPDATE trials SET settings = json_object('x', hex(randomblob(4000)))");
process.kill(process.pid, "SIGKILL");
