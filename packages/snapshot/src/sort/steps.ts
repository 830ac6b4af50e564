/**
 * Work that can be interrupted between its steps, each of them some milliseconds: what blocks a thread is one step. It gives its
 * result at the end.
 */
export type Steps<T> = Generator<void, T>;

/** Does all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
