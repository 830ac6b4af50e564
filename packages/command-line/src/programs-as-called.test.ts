import { expect, test } from 'vitest';
import { programsAsCalled } from './programs-as-called.ts';

const BOTH = [
  [
    'list it with ekv-encode --update-checksums, and pack it again',
    'list it with ekv encode --update-checksums, and pack it again',
  ],
  ['decode the snapshot again with ekv-decode', 'decode the snapshot again with ekv decode'],
  ['with ekv-decode, then', 'with ekv decode, then'],
  ['unpacked first (ekv-archive unpack)', 'unpacked first (ekv archive unpack)'],
  ['not the directory that ekv-restore prepare made', 'not the directory that ekv restore prepare made'],
  ['which ekv-decode reads', 'which ekv decode reads'],
  [
    'ekv-encode makes a snapshot of it, ekv-archive unpack a folder',
    'ekv encode makes a snapshot of it, ekv archive unpack a folder',
  ],
  ['what ekv-encode\n    --groups wrote', 'what ekv encode\n    --groups wrote'],
] as const;

test.each(BOTH)('a command of ekv says %j as %j, another program as it is', (alone, command) => {
  for (const name of ['ekv', 'ekv archive verify']) expect(programsAsCalled(alone, name)).toBe(command);
  for (const name of ['ekv-archive verify', 'ekvx', 'my-decode']) expect(programsAsCalled(alone, name)).toBe(alone);
});

test.each([
  'ekv-encode is not a folder',
  'ekv-decode/a.fsm: the file is cut',
  'dumps/ekv-encode made by hand',
  'with ekv-encode.fsm, with ekv-encode/x',
  'my-ekv-decode --x',
])('a path stays as it is: %j', (text) => {
  expect(programsAsCalled(text, 'ekv encode')).toBe(text);
});
