import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { ScratchFolder } from '@ekv/snapshot';
import { StagedTree } from './staged-tree.ts';

/** A program of its own: publishes a tree, and kills itself before the n-th call that changes or flushes something. */
const [target, runId, force, limit] = process.argv.slice(2) as [string, string, string, string];

let calls = 0;

function countCalls(): void {
  for (const name of ['renameSync', 'rmSync', 'rmdirSync', 'chmodSync', 'writeFileSync', 'fsyncSync'] as const) {
    const original = fs[name] as (...args: unknown[]) => unknown;
    const counted = (...args: unknown[]) => {
      if (calls++ === Number(limit)) process.kill(process.pid, 'SIGKILL');
      return original(...args);
    };
    Object.assign(fs, { [name]: counted });
  }
  syncBuiltinESMExports();
}

const tree = StagedTree.create(target, { scratch: new ScratchFolder(), runId, force: force === 'true' });
tree.file('redis/a', Buffer.from('new'));
tree.file('s3/b', Buffer.from('new'));
countCalls();
tree.publish(Buffer.from('new'));
