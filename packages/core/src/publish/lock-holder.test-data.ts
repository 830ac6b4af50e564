import { withPublishLock } from '@ekv/snapshot/publish';

/** A program of its own: holds the lock of an output for some milliseconds, and says so. */
const [output, runId, ms] = process.argv.slice(2) as [string, string, string];

withPublishLock(output, runId, () => {
  process.stdout.write('held\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));
});
