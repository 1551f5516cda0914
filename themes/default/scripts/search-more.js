/* What a search needs now and then: adds to search-core.js, and is loaded when asked for. */
import { core } from './search/core.js';
import { near } from './search/fuzzy.js';
import { offers } from './search/offers.js';
import { sounding, titled } from './search/pinyin.js';
import { simplify } from './search/simplify.js';
import { suggest } from './search/suggest.js';

core.extras = { near, offers, simplify, sounding, suggest, titled };
