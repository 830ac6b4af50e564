import { join } from 'node:path';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { publishRequest } from '../publish/publish-request.test-data.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';
import { variedDump } from '../varied-dump.test-data.ts';
import { Progress } from './progress.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  plant(folder, { 'scratch/.keep': '', 'place/.keep': '' });
});

/** A Progress that keeps what each phase came to, as `done / total`. */
class RecordingProgress extends Progress {
  readonly phases: Record<string, string> = {};

  override begin(...args: Parameters<Progress['begin']>): void {
    if (this.total > 0) this.phases[this.phase] = `${this.done} / ${this.total}`;
    super.begin(...args);
  }
}

test('counters start anew with each phase, in shared memory', () => {
  const progress = new Progress();
  progress.begin('redis', 10);
  progress.count(5);
  progress.advance(3);
  progress.doneCell[0]! += 4;
  const other = new Progress(progress.shared);
  expect(other).toMatchObject({ phase: 'redis', records: 1, bytes: 5, done: 7, total: 10 });
  progress.begin('s3');
  expect(other).toMatchObject({ phase: 's3', records: 0, bytes: 0, done: 0, total: 0 });
});

test('encode and decode know how much each phase has to do, and do all of it', () => {
  variedDump(folder);
  const encode = new RecordingProgress();
  const request = publishRequest(folder, { selfTest: true });
  const published = publishSnapshot(request, { progress: encode });
  const { bytes, entries } = published;
  expect(encode.phases).toMatchObject({
    redis: expect.stringMatching(/^(\d+) \/ \1$/),
    'writing the snapshot': `${bytes} / ${bytes}`,
    'self-test: rows': `${entries} / ${entries}`,
    'self-test: files': expect.stringMatching(/^\d+ \/ \d+$/),
  });
  const decode = new RecordingProgress();
  decodeSnapshot(
    {
      input: request.output,
      output: join(folder, 'again'),
      adapters: ['redis'],
      exclusions: {
        include_incomplete_uploads: false,
        include_orphans: false,
        preserve_sqs_visibility: false,
        include_sqs_side_records: false,
      },
      toolVersion: 'ekv/1.2.3',
    },
    { progress: decode },
  );
  expect(decode.phases).toMatchObject({
    'checking the snapshot': `${bytes} / ${bytes}`,
    redis: expect.stringMatching(/^\d+ \/ \d+$/),
  });
  for (const phase of [encode.phases['self-test: files'], decode.phases.redis]) {
    const [done, total] = phase!.split(' / ').map(Number);
    // By rows and files: a guess, but a near one.
    expect(done! / total!).toBeGreaterThan(0.8);
    expect(done! / total!).toBeLessThan(1.5);
  }
});
