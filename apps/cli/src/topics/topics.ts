import type { Topic } from '@ekv/command-line';

/** What `ekv help` tells beside the commands, in the order of its list. Each text has a file of its own, which is loaded when it is asked for. */
export const TOPICS: readonly Topic[] = [
  {
    name: 'examples',
    summary: 'what to type for what is done most',
    load: async () => (await import('./examples.ts')).EXAMPLES,
  },
  {
    name: 'recovery',
    summary: 'what to do when data was lost, deleted or damaged',
    load: async () => (await import('./recovery.ts')).RECOVERY,
  },
  {
    name: 'addresses',
    summary: 'how one key, item, object or message is named',
    load: async () => (await import('./addresses.ts')).ADDRESSES,
  },
  {
    name: 'filters',
    summary: 'how a part of the data is chosen',
    load: async () => (await import('./filters.ts')).FILTERS,
  },
  {
    name: 'exit-codes',
    summary: 'what a script can go by',
    load: async () => (await import('./exit-codes.ts')).EXIT_CODES,
  },
  {
    name: 'environment',
    summary: 'variables, signals, limits and temporary files',
    load: async () => (await import('./environment.ts')).ENVIRONMENT,
  },
];
