import { writeFileSync } from 'node:fs';

/** A program of its own: gives an empty lock its content some milliseconds after it has said so. */
const [lock, content, ms] = process.argv.slice(2) as [string, string, string];

process.stdout.write('begun\n');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));
writeFileSync(lock, content);
