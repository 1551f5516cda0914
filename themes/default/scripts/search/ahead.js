/* What is asked of the host ahead of need. */

/* A host that has not answered after so many milliseconds is far: each turn to it is long, and more is asked for at once. */
const FAR = 50;

/* Gives an answer; if it takes long, asks for more meanwhile. */
export async function ifFar(answer, ask) {
  const timer = setTimeout(ask, FAR);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

/* Nobody waits for this yet: why it fails is told when it is read. */
export function unawaited(promise) {
  promise.catch(() => null);
}
