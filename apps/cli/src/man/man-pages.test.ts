import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { isInstalled } from '../completion/shells.test-support.ts';
import { allOf, type DescribedCommand, describedCommand } from '../described-command.ts';
import { ekvOf } from '../ekv.ts';
import { TOPICS } from '../topics/topics.ts';
import { manName } from './man-page.ts';
import { manPages } from './man-pages.ts';
import { roffText } from './roff.ts';

vi.setConfig({ testTimeout: 60_000 });

const PACKAGE = join(import.meta.dirname, '../..');
const REQUEST = /^\.(?:TH|SH|SS|PP|TP|B|BR|RS|RE|nf|fi)(?: |$)/;

let pages: ReadonlyMap<string, string>;
let commands: readonly DescribedCommand[];
beforeAll(async () => {
  pages = await manPages(COMMANDS, 'ekv/1.2.3');
  commands = allOf(await describedCommand(ekvOf(COMMANDS)({ name: 'ekv', version: '', work: '' }), ''));
});

const pageOf = (command: DescribedCommand) => pages.get(`${manName(command)}.1`)!;
const count = (text: string, part: RegExp) => text.match(part)?.length ?? 0;

test('there is one of ekv and of each command, which package.json names, and the build has written', () => {
  const names = commands.map((command) => `${manName(command)}.1`);
  expect([...pages.keys()]).toEqual(names);
  const { man } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  expect(man.toSorted()).toEqual(names.map((name) => `./dist/man/${name}`).sort());
  expect(man.filter((path: string) => !existsSync(join(PACKAGE, path)))).toEqual([]);
});

test('each has its command, all flags with what they mean, and where to read on', () => {
  for (const command of commands) {
    const page = pageOf(command);
    expect(page).toContain(`.SH NAME\n${roffText(manName(command))} \\- `);
    expect(page).toContain(`.SH SYNOPSIS\n.B ${command.words.join(' ')}\n`);
    for (const { name, description } of command.flags) {
      expect(page).toContain(`\\fB\\-\\-${roffText(name)}\\fR`);
      expect(page).toContain(`\n${roffText(description)}\n`);
    }
    for (const below of command.commands) expect(page).toContain(`.BR ${roffText(manName(below))} (1)`);
    expect(page).toMatch(/\.SH SEE ALSO\n\.BR \S+ \(1\)(?:,\n\.BR \S+ \(1\))*\n$/);
  }
});

test('examples and exit codes have sections of their own, and no text of the help is lost', () => {
  for (const command of commands) {
    const lines = command.after
      .split('\n')
      .filter((line) => /^\S/.test(line) && !/^(?:Examples|Commands|Topics):$/.test(line));
    const words = (text: string) => text.replaceAll(/\\\(..|\\&|\\e|\\|[^\w]+/g, ' ').split(/ +/);
    const page = new Set(words(pageOf(command)));
    const said = lines.map((line) => line.replace('Exit codes: ', ''));
    expect(said.flatMap((line) => words(roffText(line))).filter((word) => word !== '' && !page.has(word))).toEqual([]);
    if (command.after.includes('Examples:'))
      expect(pageOf(command)).toMatch(/\.SH "EXAMPLES"\n\.PP\n\.RS 4\n\.nf\nekv /);
    if (command.after.includes('Exit codes:')) expect(pageOf(command)).toMatch(/\.SH "EXIT STATUS"\n\.TP\n\.B 0\n/);
  }
});

test('ekv(1) has the topics', async () => {
  const page = pages.get('ekv.1')!;
  for (const { load } of TOPICS) {
    const first = (await load()).split('\n')[0]!.replaceAll('$0', 'ekv');
    expect(page).toContain(roffText(first));
  }
  for (const title of ['EXAMPLES', 'RECOVERY', 'EXIT STATUS', 'ENVIRONMENT']) expect(page).toContain(`.SH "${title}"`);
});

test('they are valid: requests that there are, what is opened is closed, nothing but ASCII', () => {
  for (const [name, page] of pages) {
    const requests = page.split('\n').filter((line) => /^[.']/.test(line));
    expect(
      requests.filter((line) => !REQUEST.test(line)),
      name,
    ).toEqual([]);
    expect(count(page, /^\.nf$/gm)).toBe(count(page, /^\.fi$/gm));
    expect(count(page, /^\.RS /gm)).toBe(count(page, /^\.RE$/gm));
    expect(count(page, /\\f[BI]/g)).toBe(count(page, /\\fR/g));
    expect(page).toMatch(/^\.TH "[A-Z\\-]+" 1 "" "ekv\/1\.2\.3" "ekv"\n[\n\x20-\x7e]+\n$/);
    // A dash that is not escaped is another character in some fonts, and cannot be pasted into a shell.
    expect(page.replaceAll('\\-', '')).not.toContain('-');
  }
});

/** Only where it is installed is there more to ask. */
const FORMATTERS = ['groff'].filter(isInstalled);

describe.each(FORMATTERS.length > 0 ? FORMATTERS : ['no formatter'])('%s', (formatter) => {
  test('has nothing against them', () => {
    for (const [name, page] of pages) {
      if (formatter === 'no formatter') expect(page).toMatch(REQUEST);
      else expect(spawnSync(formatter, ['-man', '-ww', '-z'], { input: page, encoding: 'utf8' }).stderr, name).toBe('');
    }
  });
});

test('shown, a page has its flags as they are typed', () => {
  const page = pages.get('ekv-archive-pack.1')!;
  const shown = FORMATTERS.includes('groff')
    ? execFileSync('groff', ['-man', '-Tascii', '-P-cbou'], { input: page, encoding: 'utf8' })
    : page
        .replaceAll(/\\f[BIR]/g, '')
        .replaceAll('\\-', '-')
        .replaceAll('\\(aq', "'");
  expect(shown).toMatch(/^ *--compression kind$/m);
  expect(shown).toContain("| ssh backup 'cat > dump.tar.zst'");
});
