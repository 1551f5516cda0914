/*
 * What is folded is printed open, also where no style can open it; the answers of questions stay shut, so that a sheet can be
 * worked through.
 */
import { each } from '../study/page.js';

export function paper() {
  const opened = [];
  addEventListener('beforeprint', () =>
    each('article.text details:not([open]):not(.quiz-answer)', (one) => {
      one.open = true;
      opened.push(one);
    })
  );
  addEventListener('afterprint', () =>
    opened.splice(0).forEach((one) => {
      one.open = false;
    })
  );
}
