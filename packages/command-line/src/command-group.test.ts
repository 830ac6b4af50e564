import { expect, test } from 'vitest';
import { commandGroup, commandOf } from './command-group.ts';
import { type Definition, definition, type Host } from './definition.ts';
import { programCommand, withSharedFlags } from './program-command.ts';

const HOST: Host = { name: 'tool', version: '1.2.3', work: '/work.js' };

const loaded: string[] = [];
const ran: string[] = [];

function example(name: string): Definition {
  return ({ name: called, version, work }) => ({
    command: withSharedFlags(programCommand({ name: called, description: 'An example.', version, after: '' })),
    commands: [],
    run: async (words) => void ran.push([name, called, version, work, ...words].join(' ')),
  });
}

function listed(name: string, work?: string) {
  const load = async () => {
    loaded.push(name);
    return example(name);
  };
  return { name, summary: `does ${name}`, load, ...(work === undefined ? {} : { work }) };
}

const INNER = commandGroup({ description: 'Inner.', commands: [listed('pack')], after: 'Inner end.' });
const GROUP = commandGroup({
  description: 'Outer.',
  commands: [
    listed('one'),
    listed('other', '/other.js'),
    { name: 'inner', summary: 'has commands', work: '/inner.js', load: () => INNER },
  ],
  after: 'Outer end.',
});

async function runOf(...words: readonly string[]) {
  loaded.length = ran.length = 0;
  await GROUP(HOST).run(words);
  return { loaded: [...loaded], ran: [...ran] };
}

test('the first word chooses the command, which alone is loaded and gets the other words, under both names', async () => {
  expect(await runOf('one', '--x', 'other')).toEqual({
    loaded: ['one'],
    ran: ['one tool one 1.2.3 /work.js --x other'],
  });
});

test('a command has the working thread of its own, or that of the program', async () => {
  expect((await runOf('other')).ran).toEqual(['other tool other 1.2.3 /other.js']);
  expect((await runOf('inner', 'pack', 'a')).ran).toEqual(['pack tool inner pack 1.2.3 /inner.js a']);
});

test('help before a command is --help behind it, in groups of groups too', async () => {
  expect((await runOf('help', 'one')).ran).toEqual(['one tool one 1.2.3 /work.js --help']);
  expect((await runOf('help', 'inner', 'pack')).ran).toEqual(['pack tool inner pack 1.2.3 /inner.js --help']);
});

test('the help of a group lists its commands in their order, and loads none', () => {
  loaded.length = 0;
  let text = '';
  GROUP(HOST)
    .command.configureOutput({ writeOut: (part) => (text += part) })
    .outputHelp();
  expect(text).toMatch(/^Usage: tool <command> \[options\]\n\nOuter\.\n/);
  expect(text).toContain(
    'Commands:\n  tool one     does one\n  tool other   does other\n  tool inner   has commands\n\nOuter end.',
  );
  expect(loaded).toEqual([]);
});

test('commands can be walked, with their flags', async () => {
  const { commands } = GROUP(HOST);
  const names = await Promise.all(commands.map(async (one) => (await commandOf(one, HOST)).command.name()));
  expect(names).toEqual(['tool one', 'tool other', 'tool inner']);
});

test('a program that does one thing has no commands', () => {
  const one = definition(({ name, version, work }) => ({
    command: withSharedFlags(programCommand({ name, description: '', version, after: '' })),
    work,
    exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
    requestOf: () => 1,
    endingOf: (result: number) => ({ exitCode: result, message: '', fields: {}, json: {} }),
    cleanUp: () => () => {},
    stopped: '',
  }));
  expect(one(HOST)).toMatchObject({ commands: [] });
  expect(one(HOST).command.name()).toBe('tool');
});
