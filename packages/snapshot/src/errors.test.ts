import { expect, test } from 'vitest';
import { EnvironmentError, environmentError, machineReason, scratchError, UsageError } from './errors.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: raw text of the runtime, open '/x'`), { code, syscall: 'open' });
}

test.each([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'ENOTEMPTY',
  'ELOOP',
  'ENAMETOOLONG',
  'EXDEV',
  'EBUSY',
  'ETXTBSY',
  'EMFILE',
  'ENFILE',
  'EAGAIN',
  'ENOMEM',
  'EIO',
  'ESTALE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOKEY',
  'EILSEQ',
])('%s is told in words, with its code once, and the path', (code) => {
  const error = environmentError(systemError(code), 'write', '/a/b') as Error;
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error.message).toMatch(new RegExp(`^cannot write /a/b: [^;]+ \\(${code}\\)(; .+)?$`));
  expect(error.message).not.toContain('raw text');
  expect(error.message.split(code)).toHaveLength(2);
});

test('a code that nobody knows is told with the text of the runtime', () => {
  expect((environmentError(systemError('EWEIRD'), 'write', '/a') as Error).message).toContain('raw text');
  expect(machineReason('EWEIRD')).toBeUndefined();
});

test('a code that Node made of one of the system is that one', () => {
  expect(machineReason('ERR_FS_EISDIR')).toBe('it is a folder (EISDIR)');
  expect(machineReason('ERR_FS_CP_EINVAL')).toBeUndefined();
});

test('a file that is too large names the limit of the shell too', () => {
  expect(machineReason('EFBIG')).toContain('ulimit -f');
});

test('what fails with temporary data tells how to choose another place', () => {
  const { message } = scratchError(systemError('ENOSPC'), 'write the scratch file', '/tmp/s/run-0') as Error;
  expect(message).toMatch(
    /^cannot write the scratch file \/tmp\/s\/run-0: no space left .*the option scratchRoot.*TMPDIR/,
  );
});

test('errors that are named already, and those of no system call, pass unchanged', () => {
  for (const error of [new UsageError('no'), new TypeError('no'), 'text']) {
    expect(environmentError(error, 'write', '/a')).toBe(error);
    expect(scratchError(error, 'write', '/a')).toBe(error);
  }
});
