//# allFunctionsCalledOnLoad
/* Reads the search index (docs/formats.md) and answers queries. Pure: files come through the function it is given. */
import { WORD, classOf, fold } from "./search/fold.js";
import { Bits, golomb } from "./search/read.js";
import { FORMAT, Index, NONE, both, open, shardAt } from "./search/files.js";
import { find, parse, runs, wanted } from "./search/query.js";
import "./search/ask.js";

self.StudyhallSearch = { open: open, Index: Index, shardAt: shardAt, both: both, NONE: NONE, fold: fold, parse: parse, runs: runs, wanted: wanted, classOf: classOf, WORD: WORD, find: find, FORMAT: FORMAT, Bits: Bits, golomb: golomb };
