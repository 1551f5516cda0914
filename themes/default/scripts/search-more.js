/* What a search needs now and then: adds to search-core.js, and is loaded when asked for. */
import "./search/simplify.js";
import "./search/sounds.js";
import "./search/suggest.js";
import "./search/near.js";
