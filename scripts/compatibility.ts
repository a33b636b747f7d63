// Writes the tables of docs/compatibility.md from what the parser, the binder and the local runtime do.
//   npm run docs:compatibility
import { writeTables } from '../test/harness/compatibility.ts';

await writeTables();
