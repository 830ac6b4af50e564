import { Command } from 'commander';
import { expect, test } from 'vitest';
import { optionsAsFlags } from './options-as-flags.ts';

const command = new Command().option('--force').option('--scratch-root <dir>').option('--adapter <list>');

test.each([
  ['replace it with the option force', 'replace it with --force'],
  ['to the folder of the option scratchRoot, else', 'to the folder of --scratch-root, else'],
  ['the option force would; the option scratchRoot not', '--force would; --scratch-root not'],
  ['leave s3 out of the option adapters', 'leave s3 out of --adapter'],
  ['see the option renameCollisions of decode', 'see --rename-collisions of decode'],
  ['the option selfTest of encode runs it', '--self-test of encode runs it'],
])('an option in a message is the flag of the program: %j', (message, said) => {
  expect(optionsAsFlags(message, command)).toBe(said);
});

test.each([
  'the option complete',
  'the option complete of it',
  'the options force',
  'the option "force"',
  'with force',
])('what is no flag of the program stays as it is: %j', (message) => {
  expect(optionsAsFlags(message, command)).toBe(message);
});
