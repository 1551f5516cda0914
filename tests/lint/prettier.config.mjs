// Scripts and styles as rustfmt has the rest: lines of 140 characters.
export default { printWidth: 140, singleQuote: true, trailingComma: 'es5', arrowParens: 'always' };
