import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { PUBLISHED, ROOT } from './published.ts';

const CHANGESET = { id: 'brave-words', summary: 'One line.\n\nAnother paragraph.\n', commit: '488f332' };

/** The generator as it is when the packages have that version. */
async function generatorAt(version: string) {
  vi.resetModules();
  vi.doMock('./published.ts', () => ({ PUBLISHED: [{ json: { version } }] }));
  return import('./changelog.ts');
}
afterEach(() => vi.doUnmock('./published.ts'));

test('the change logs are written by the generator of the repository', async () => {
  const config = JSON.parse(readFileSync(join(ROOT, '.changeset/config.json'), 'utf8'));
  expect(config.changelog).toBe('../packaging/changelog.ts');
  const { default: functions } = await import('./changelog.ts');
  expect(Object.keys(functions)).toEqual(['getReleaseLine', 'getDependencyReleaseLine']);
});

test('an entry is the text of its changeset, and one line tells of the packages beside it', async () => {
  const { getReleaseLine, getDependencyReleaseLine } = await generatorAt('0.1.0');
  expect(getReleaseLine(CHANGESET)).toBe('- One line.\n\n  Another paragraph.');
  const updated = ['@ekv/snapshot', '@ekv/adapter'].map((name) => ({ name, newVersion: '0.1.1' }));
  expect(getDependencyReleaseLine([CHANGESET], updated)).toBe('- With @ekv/snapshot 0.1.1, @ekv/adapter 0.1.1.');
  expect(getDependencyReleaseLine([CHANGESET], [])).toBe('');
});

test('the first release is compared with nothing: its log has one entry, the same in every package', async () => {
  const { getReleaseLine, getDependencyReleaseLine } = await generatorAt('0.0.0');
  expect(getReleaseLine(CHANGESET)).toBe('');
  expect(getReleaseLine({ ...CHANGESET, id: 'first-release' })).toContain('One line.');
  expect(getDependencyReleaseLine([], [{ name: '@ekv/snapshot', newVersion: '0.1.0' }])).toBe('');
});

test('until it is released, the changeset of the first release names every package', () => {
  if (PUBLISHED[0]!.json.version !== '0.0.0') return;
  const text = readFileSync(join(ROOT, '.changeset/first-release.md'), 'utf8');
  const named = [...text.matchAll(/^'(.+)': minor$/gm)].map((match) => match[1]!);
  expect(named.sort()).toEqual(PUBLISHED.map(({ name }) => name));
});
