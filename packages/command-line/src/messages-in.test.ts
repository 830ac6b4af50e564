import { expect, test } from 'vitest';
import { messagesIn } from './messages-in.ts';

test('messages and problems of a result are said in other words at any depth, paths and numbers are not touched', () => {
  const given = {
    snapshots: [{ output: 'the option force', error: { message: 'the option force', problems: ['the option force'] } }],
    bytes: 1n,
    none: null,
    rows: new Map([['redis', 1n]]),
  };
  expect(messagesIn(given, (message) => message.replace('the option force', '--force'))).toEqual({
    snapshots: [{ output: 'the option force', error: { message: '--force', problems: ['--force'] } }],
    bytes: 1n,
    none: null,
    rows: new Map([['redis', 1n]]),
  });
});
