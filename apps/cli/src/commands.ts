import type { ListedCommand } from '@ekv/command-line';

/** The commands of `ekv`, in the order of its help. Each has a working thread in a file of its own, `NAME-work.ts`. */
export const COMMANDS: readonly [ListedCommand, ...ListedCommand[]] = [
  {
    name: 'decode',
    summary: 'make a tree of plain files of a snapshot',
    work: `${import.meta.dirname}/decode-work.js`,
    load: async () => (await import('@ekv/programs/decode')).DECODE,
  },
  {
    name: 'encode',
    summary: 'make a snapshot of such a tree',
    work: `${import.meta.dirname}/encode-work.js`,
    load: async () => (await import('@ekv/programs/encode')).ENCODE,
  },
  {
    name: 'diff',
    summary: 'print what changed between two snapshots or dumps',
    work: `${import.meta.dirname}/diff-work.js`,
    load: async () => (await import('@ekv/programs/diff')).DIFF,
  },
  {
    name: 'archive',
    summary: 'keep a tree in one file: pack, unpack, verify, list',
    work: `${import.meta.dirname}/archive-work.js`,
    load: async () => (await import('@ekv/programs/archive')).ARCHIVE,
  },
  {
    name: 'restore',
    summary: 'make the directory of a node that boots from a snapshot: prepare, verify',
    work: `${import.meta.dirname}/restore-work.js`,
    load: async () => (await import('@ekv/programs/restore')).RESTORE,
  },
  {
    name: 'inspect',
    summary: 'show what is in a snapshot or tree, and why it is so large',
    work: `${import.meta.dirname}/inspect-work.js`,
    load: async () => (await import('@ekv/programs/inspect')).INSPECT,
  },
];
