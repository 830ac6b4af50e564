import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { toolVersion } from './tool-version.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const PACKAGE = { 'apps/x/package.json': '{"version":"1.2.3"}' };

function versionIn(files: Record<string, string>): string {
  return toolVersion(pathToFileURL(join(folderWith({ ...PACKAGE, ...files }), 'apps/x/package.json')));
}

test('outside a checkout the version is that of the package', () => {
  expect(versionIn({})).toBe('ekv/1.2.3');
});

test.each([
  ['a branch', { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${COMMIT}\n` }],
  [
    'a packed branch',
    { '.git/HEAD': 'ref: refs/heads/main\n', '.git/packed-refs': `# pack\n${COMMIT} refs/heads/main\n` },
  ],
  ['a commit', { '.git/HEAD': `${COMMIT}\n` }],
])('in a checkout of %s the commit is added', (_, files) => {
  expect(versionIn(files)).toBe('ekv/1.2.3+0123456789ab');
});

test.each([
  ['a work tree whose .git is a file', { '.git': 'gitdir: elsewhere\n' }],
  ['a branch without a commit', { '.git/HEAD': 'ref: refs/heads/main\n' }],
  ['a HEAD that is none', { '.git/HEAD': 'nonsense\n' }],
  ['a reference out of the repository', { '.git/HEAD': 'ref: ../../secret\n' }],
])('%s adds nothing', (_, files) => {
  expect(versionIn(files)).toBe('ekv/1.2.3');
});
