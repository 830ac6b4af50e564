import { ScratchFolder, type SnapshotRow } from '@ekv/snapshot';
import { openFilesIn } from '@ekv/test-support/open-files';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { ChosenRecords } from './chosen-records.ts';
import { Selection } from './selection.ts';

const bucket = (name: string): SnapshotRow => ({
  key: Buffer.from(`!s3|bucket|meta|${name}\0\x01`, 'latin1'),
  value: Buffer.alloc(2 << 20),
});
const object: SnapshotRow = {
  key: Buffer.from('!s3|obj|head|a\0\x01\0\0\0\0\0\0\0\x01k\0\x01', 'latin1'),
  value: Buffer.of(1),
};

test('rows of scopes that wait in scratch are let go of, whether the rows fail, nobody goes on, or all are taken', () => {
  const folder = temporaryFolder();
  const chosen = () => new ChosenRecords(new Selection({ match: ['s3/*'] }), new ScratchFolder(folder));
  let open = 0;
  const rows = function* (end: () => void) {
    yield bucket('a');
    yield bucket('b');
    open = openFilesIn(folder).length;
    yield object;
    end();
  };
  const failing = rows(() => {
    throw new Error('enough');
  });
  expect(() => [...chosen().of(failing)]).toThrow('enough');
  expect([open > 0, openFilesIn(folder)]).toEqual([true, []]);
  const walk = chosen().of(rows(() => {}));
  expect(walk.next().value?.key).toEqual(object.key);
  expect(openFilesIn(folder).length).toBeGreaterThan(0);
  walk.return(undefined);
  expect(openFilesIn(folder)).toEqual([]);
  expect([...chosen().of(rows(() => {}))].length).toBeGreaterThan(1);
  expect(openFilesIn(folder)).toEqual([]);
});
