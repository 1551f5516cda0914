/* The parts that come later stand on what the first script brought. */
export const { make, empty, each, fill, hook, part, bring, path, pageLink, decoded, pageTitle, html, site, root, here, kind } =
  window.studyhall.page;
export const { record, change, replace, forget, condition, listen, small, keep } = window.studyhall.store;
export const { look, lesson } = window.studyhall;
