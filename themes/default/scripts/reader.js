/* What every page gets once it stands: each part by itself, none of them needed for reading. */
import {
  make,
  empty,
  each,
  fill,
  hook,
  part,
  bring,
  path,
  pageLink,
  decoded,
  pageTitle,
  html,
  site,
  root,
  here,
  kind,
} from './study/page.js';
import { record, change, replace, forget, condition, listen, small, keep } from './study/store.js';
import { look, tools } from './reader/look.js';
import { follow } from './reader/scroll.js';
import { line, contents } from './reader/line.js';
import { back } from './reader/back.js';
import { visit } from './reader/visit.js';
import { lesson, factsOf, entry } from './reader/lesson.js';
import { more } from './reader/more.js';
import { paper } from './reader/paper.js';
import { find } from './reader/find.js';

window.studyhall = {
  page: { make, empty, each, fill, hook, part, bring, path, pageLink, decoded, pageTitle, html, site, root, here, kind },
  store: { record, change, replace, forget, condition, listen, small, keep },
  look,
  lesson: { factsOf, entry },
};

/* One part that fails leaves the others working, and the page readable. */
[tools, line, contents, back, visit, lesson, more, paper, find].forEach((begin) => {
  try {
    begin();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
});
follow();
