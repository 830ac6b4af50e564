import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

/**
 * Puts a text on standard output as a whole. The stream of Node is loaded only where the other end does not take it at once: that
 * takes longer than all else that a `--version` does.
 *
 * @param beforeStream called before that: the stream needs somebody who listens to its errors.
 */
export function print(text: string, beforeStream: () => void): void {
  let rest: Uint8Array = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(STANDARD_OUTPUT, rest));
  } catch {
    // It waits for a reader that is slow, and says what else is wrong.
    beforeStream();
    process.stdout.write(rest);
  }
}
