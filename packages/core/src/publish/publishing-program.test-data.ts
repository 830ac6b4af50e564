import { join } from 'node:path';
import { publishSnapshot } from './publish-snapshot.ts';

/** A program of its own: publishes a tree to an output again and again. */
const [input, output, times] = process.argv.slice(2) as [string, string, string];

for (let i = 0; i < Number(times); i++) {
  publishSnapshot({
    input,
    output,
    adapters: ['redis'],
    toolVersion: 'ekv/test',
    scratchRoot: join(output, '..'),
    selfTest: i % 2 === 0,
  });
}
