//# allFunctionsCalledOnLoad
/* Reads the search index (docs/formats.md) and answers queries. Pure: files come through the function it is given. */
import { BitReader } from './search/coder.js';
import { WORD, classOf } from './search/classes.js';
import { ALIGNED } from './search/context.js';
import { fold } from './search/fold.js';
import { shardAt } from './search/keys.js';
import { NONE, intersection } from './search/postings.js';
import { find, parse, runs, termsOf } from './search/query.js';
import { open } from './search/search-index.js';
import { isSound, pagesOf } from './search/search-query.js';

self.StudyhallSearch = {
  ALIGNED,
  BitReader,
  NONE,
  WORD,
  classOf,
  find,
  fold,
  intersection,
  isSound,
  open,
  pagesOf,
  parse,
  runs,
  shardAt,
  termsOf,
};
