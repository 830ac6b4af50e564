import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAMS: ReadonlyArray<readonly [app: string, ...words: string[]]> = [
  ['encode-cli'],
  ['decode-cli'],
  ['restore-cli'],
  ['restore-cli', 'prepare'],
  ['restore-cli', 'verify'],
  ['archive-cli'],
  ['archive-cli', 'pack'],
  ['archive-cli', 'unpack'],
  ['archive-cli', 'verify'],
  ['archive-cli', 'list'],
  ['cli'],
  ['cli', 'encode'],
  ['cli', 'restore', 'prepare'],
  ['cli', 'archive', 'list'],
];

/** What `--help` says after the flags. */
function tailOf([app, ...words]: readonly [string, ...string[]], columns: number): string {
  const program = fileURLToPath(new URL(`../apps/${app}/dist/main.js`, import.meta.url));
  const env = { ...process.env, COLUMNS: String(columns) };
  const help = execFileSync(process.execPath, [program, ...words, '--help'], { encoding: 'utf8', env });
  return help.slice(help.search(/^(?:Examples|Commands):$/m)).trimEnd();
}

/** Lines that end before their paragraph does, although the first word of the next one would fit. */
function brokenTwice(tail: string, columns: number): string[] {
  const lines = tail.split('\n');
  return lines.filter((line, i) => {
    const next = lines[i + 1] ?? '';
    const goesOn = /^\S/.test(line) && /^\S/.test(next) && !/[.:]$/.test(line);
    return goesOn && line.length + 1 + next.split(' ')[0]!.length <= columns;
  });
}

test.each(
  PROGRAMS.flatMap((program) => [60, 80, 110].map((columns) => [program.join(' '), columns, program] as const)),
)('what %s --help says after the flags is wrapped once, at %d columns', (_, columns, program) => {
  const tail = tailOf(program, columns);
  expect(tail).not.toBe('');
  expect(brokenTwice(tail, columns)).toEqual([]);
});

test('a paragraph that is wrapped twice is found', () => {
  expect(brokenTwice('one two three\nfour\nfive six.\nEnd', 14)).toEqual(['four']);
});
