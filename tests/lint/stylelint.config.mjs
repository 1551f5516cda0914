// Styles: faults, and what a page cannot stand without where Chrome 78 or iOS 13 does not know it.
export default {
  extends: ['stylelint-config-recommended'],
  reportNeedlessDisables: true,
  rules: {
    // Rules stand by what they are about, not by weight.
    'no-descending-specificity': null,
    'at-rule-disallowed-list': ['layer', 'container', 'property', 'scope'],
    'function-disallowed-list': ['color-mix', 'lab', 'lch', 'oklab', 'oklch'],
    'selector-pseudo-class-disallowed-list': ['has', 'is', 'where'],
    'unit-disallowed-list': ['cqh', 'cqw', 'dvh', 'lvh', 'svh'],
  },
};
