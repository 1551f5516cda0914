/* The first half of the engine, as search-core.js has it, for what is added to it. */
export const core = self.StudyhallSearch;
export const { ALIGNED, BitReader, NONE, WORD, classOf, fold, intersection, isSound, pagesOf, parse, runs, shardAt, termsOf } = core;
export const GRAM = 1;
export const TITLE = 1;
export const HEADING = 2;
export const STRONG = 4;
