/* The engine as search-core.js has it, for what is added to it. */
export var core = self.StudyhallSearch;
export var P = core.Index.prototype, fold = core.fold, parse = core.parse, classOf = core.classOf, runs = core.runs, wanted = core.wanted;
export var shardAt = core.shardAt, both = core.both, NONE = core.NONE, Bits = core.Bits, golomb = core.golomb;
export var TITLE = 1, HEADING = 2, STRONG = 4, GRAM = 1, WORD = 2;
