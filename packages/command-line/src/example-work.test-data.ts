import { appendFileSync, openSync } from 'node:fs';
import { TreeProblemsError } from '@ekv/dump-tree';
import { DataError, EnvironmentError } from '@ekv/snapshot';
import type { ExampleRequest } from './example-program.test-data.ts';
import { serveWork } from './serve-work.ts';

function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

serveWork<ExampleRequest, string>(({ do: what, trace }, { warn, gate }) => {
  const say = (text: string) => appendFileSync(trace, `${text}\n`);
  warn({ event: 'example', message: 'be warned', fields: { count: 2n ** 64n - 1n } });
  say('begun');
  switch (what) {
    case 'wait':
    case 'stay dirty':
      wait(60_000);
      break;
    case 'commit':
      gate.pass();
      say('committing');
      wait(1500);
      say('committed');
      break;
    case 'debugger':
      wait(300);
      break;
    case 'block':
      say('blocking');
      // A FIFO that nobody writes to.
      openSync(`${trace}.pipe`, 'r');
      break;
    case 'use up the memory': {
      const held: number[][] = [];
      for (;;) held.push(new Array(1_000_000).fill(0).map((_, i) => i + 0.5));
    }
    case 'die':
    case 'die dirty':
      process.exit(7);
      break;
    case 'bad data':
      throw new DataError('the data\nis wrong');
    case 'many problems':
      throw new TreeProblemsError(['a: wrong', 'b: wrong'], true);
    case 'bad machine':
      throw new EnvironmentError('the disk is full');
    case 'bug':
      throw new TypeError('undefined is not a function');
  }
  return what;
});
