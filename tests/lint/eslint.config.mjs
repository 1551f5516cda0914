// What is linted: the scripts that readers' browsers run, in ES2017 (Chrome 78, iOS 13), and the tests' own in today's Node.
import js from '@eslint/js';
import globals from 'globals';

/** Methods that came after Chrome 78 or iOS 13. Newer syntax is refused by the parser. */
const TOO_NEW = 'at|any|findLast|findLastIndex|groupBy|hasOwn|replaceAll|replaceChildren|toReversed|toSorted|toSpliced';

const rules = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-irregular-whitespace': ['error', { skipStrings: true, skipTemplates: true }],
  'no-shadow': ['error', { hoist: 'never' }],
  'no-unused-vars': ['error', { caughtErrors: 'none' }],
  'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'no-var': 'error',
  'object-shorthand': 'error',
  'one-var': ['error', 'never'],
  'prefer-arrow-callback': 'error',
  'prefer-const': ['error', { destructuring: 'all' }],
  'prefer-promise-reject-errors': 'error',
  'prefer-template': 'error',
};

export default [
  { ignores: ['benches/work/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['themes/**/*.js', 'src/preview/page/*.js'],
    languageOptions: {
      ecmaVersion: 2017,
      sourceType: 'module',
      globals: { ...globals.browser },
    },
    rules: {
      ...rules,
      'no-restricted-syntax': [
        'error',
        { selector: `CallExpression[callee.property.name=/^(${TOO_NEW})$/]`, message: 'Chrome 78 or iOS 13 has no such method.' },
      ],
      'no-restricted-globals': ['error', 'structuredClone', 'event', 'name'],
      'require-await': 'error',
    },
  },
  {
    // Pages of the program itself, on the officer's own computer: Edge 109 and Safari 15.
    files: ['src/cli/launcher/page/*.js'],
    languageOptions: { ecmaVersion: 2021, sourceType: 'module', globals: { ...globals.browser } },
    rules: { ...rules, 'require-await': 'error' },
  },
  { files: ['themes/*/static/sw.js'], languageOptions: { sourceType: 'script', globals: globals.serviceworker } },
  {
    files: ['tests/**/*.mjs', 'benches/**/*.mjs'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: { ...globals.node, ...globals.browser } },
    // A test tells of control characters by their names, and one step may call its page as the step before did.
    rules: { ...rules, 'no-control-regex': 'off', 'no-shadow': 'off' },
  },
];
