import type { Branch, ReportData, ReportTable } from './report-data.ts';

const MIB = 1 << 20;

/** A part with the sum of its children. */
export function sum(name: string, kind: string, children: readonly Branch[], more: Partial<Branch> = {}): Branch {
  const total = (amount: 'bytes' | 'past' | 'units') => children.reduce((all, child) => all + child[amount], 0);
  return { name, kind, bytes: total('bytes'), past: total('past'), units: total('units'), children, ...more };
}

export function leaf(name: string, bytes: number, units = 1, past = 0, kind = 'prefix'): Branch {
  return { name, kind, bytes, past, units };
}

/** A report such as one of a small shop. */
export function sampleReport(): ReportData {
  return {
    title: '0000000000000042.fsm',
    facts: [
      { name: 'taken', value: '2026-11-29 05:00:12 UTC' },
      { name: 'file', value: '1.4 GiB, wrapped' },
      { name: 'made by', value: 'ekv/1.0.0' },
    ],
    figures: [
      { name: 'Live', value: 812 * MIB, holds: 'bytes', note: '57.3% of all bytes' },
      { name: 'Old versions', value: 540 * MIB, holds: 'bytes', note: '1,201,554 entries' },
      { name: 'Deletions', value: 12 * MIB, holds: 'bytes', note: '88,120 entries' },
      { name: 'Keys', value: 2_104_220, holds: 'count' },
      { name: 'Entries', value: 6_330_104, holds: 'count' },
    ],
    tree: sampleTree(),
    tables: [sizes(), hours(), expiries(), largest(), families()],
  };
}

function sampleTree(): Branch {
  const days = (scale: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const bytes = Math.round((scale * MIB) / (1 + 0.35 * ((i * 7) % count)));
      return sum(`2026-${String(1 + (i % 12)).padStart(2, '0')}:`, 'prefix', [
        leaf('web:', Math.round(bytes * 0.6), 900 + i, Math.round(bytes * 0.3)),
        leaf('app:', Math.round(bytes * 0.3), 400 + i, Math.round(bytes * 0.1)),
        leaf('api:', Math.round(bytes * 0.1), 90 + i),
      ]);
    });
  const scope = (name: string, kind: string, children: readonly Branch[]) =>
    sum(name, kind, children, { address: kind === 'type' ? '' : `${name}/` });
  return sum('everything', 'snapshot', [
    sum(
      'redis',
      'adapter',
      [
        scope('string', 'type', [
          sum('session:', 'prefix', days(30, 12)),
          sum('cache:', 'prefix', days(14, 9)),
          leaf('lock:', 220_000, 4100, 3 * MIB),
        ]),
        scope('hash', 'type', [leaf('user:', 41 * MIB, 210_000, 22 * MIB), leaf('cart:', 9 * MIB, 30_500, 14 * MIB)]),
        scope('stream', 'type', [leaf('events', 26 * MIB, 1)]),
        scope('zset', 'type', [leaf('board:', 6 * MIB, 40)]),
      ],
      { address: 'redis/' },
    ),
    sum(
      'dynamodb',
      'adapter',
      [
        scope('orders', 'table', days(12, 8)),
        scope('customers', 'table', [leaf('c#', 31 * MIB, 88_000, 4 * MIB)]),
        scope('audit', 'table', [leaf('a#', 8 * MIB, 70_000)]),
      ],
      { address: 'dynamodb/' },
    ),
    sum(
      's3',
      'adapter',
      [
        scope('photos', 'bucket', [
          leaf('2025/', 120 * MIB, 1800),
          leaf('2026/', 95 * MIB, 1500, 40 * MIB),
          leaf('thumbs/', 12 * MIB, 9000),
        ]),
        scope('backups', 'bucket', [leaf('nightly/', 64 * MIB, 12)]),
      ],
      { address: 's3/' },
    ),
    sum(
      'sqs',
      'adapter',
      [
        scope('jobs', 'queue', [leaf('messages', 18 * MIB, 44_000, 9 * MIB)]),
        scope('mail.fifo', 'queue', [leaf('messages', 3 * MIB, 9_100)]),
      ],
      { address: 'sqs/' },
    ),
  ]);
}

const ADAPTERS = ['redis', 'dynamodb', 's3', 'sqs'] as const;

function byAdapter(first: ReportTable['columns'][number]): Pick<ReportTable, 'columns' | 'drawn'> {
  return {
    columns: [
      first,
      ...ADAPTERS.map((of) => ({ name: `${of} rows`, holds: 'count' as const, of })),
      ...ADAPTERS.map((of) => ({ name: `${of} bytes`, holds: 'bytes' as const, of })),
    ],
    drawn: {
      measures: [
        { name: 'Rows', columns: [1, 2, 3, 4] },
        { name: 'Bytes', columns: [5, 6, 7, 8] },
      ],
    },
  };
}

function sizes(): ReportTable {
  const names = [
    '16',
    '32',
    '64',
    '128',
    '256',
    '512',
    '1 KiB',
    '2 KiB',
    '4 KiB',
    '8 KiB',
    '16 KiB',
    '32 KiB',
    '64 KiB',
  ];
  const rows = names.map((name, i) => {
    const counts = [40_000, 21_000, 900, 3_000].map((most, k) => Math.round(most * Math.exp(-((i - 4 - k) ** 2) / 6)));
    return [`from ${name}`, ...counts, ...counts.map((count) => count * 24 * 2 ** i)];
  });
  return {
    title: 'Sizes',
    about: 'Live rows by the bytes of key and value.',
    ...byAdapter({ name: 'Bytes', holds: 'text' }),
    rows,
  };
}

function hours(): ReportTable {
  const rows = Array.from({ length: 24 * 7 }, (_, i) => {
    const at = new Date(Date.UTC(2026, 10, 22, i)).toISOString().replace('T', ' ').slice(0, 16);
    const busy = 1.1 + Math.sin((i / 24) * 2 * Math.PI - 2);
    const counts = [9000, 2100, 40, 700].map((most, k) => Math.round(most * busy * (1 + 0.2 * Math.sin(i * (k + 3)))));
    return [at, ...counts, ...counts.map((count) => count * 310)];
  });
  return {
    title: 'Written',
    about: 'Live rows by the hour of their commit (UTC).',
    ...byAdapter({ name: 'Hour', holds: 'time' }),
    rows,
  };
}

function expiries(): ReportTable {
  const rows = Array.from({ length: 20 }, (_, i) => {
    const at = new Date(Date.UTC(2026, 10, 29 + i)).toISOString().slice(0, 10);
    const count = Math.round(52_000 * Math.exp(-i / 4));
    return [at, count, count * 420];
  });
  return {
    title: 'Expiring',
    about: 'Redis keys and SQS messages by the day of their end (UTC).',
    columns: [
      { name: 'Day', holds: 'time' },
      { name: 'Keys', holds: 'count' },
      { name: 'Bytes', holds: 'bytes' },
    ],
    drawn: {
      measures: [
        { name: 'Keys', columns: [1] },
        { name: 'Bytes', columns: [2] },
      ],
    },
    rows,
  };
}

function largest(): ReportTable {
  const rows = Array.from({ length: 100 }, (_, i) => [
    ['redis/events', `s3/photos/2026/harvest/IMG_${4000 + i}.jpg`, `redis/session:2026-11:web:${i * 7919}`][i % 3]!,
    ['stream', 'photos', 'string'][i % 3]!,
    Math.round((26 * MIB) / (i + 1)),
    i % 3 === 0 ? 120_000 - i : 0,
    (i * 5) % 7,
    `2026-11-${String(1 + (i % 28)).padStart(2, '0')} 05:${String(i % 60).padStart(2, '0')}`,
  ]);
  return {
    title: 'Largest keys',
    about: 'Redis keys, DynamoDB items, S3 objects and SQS messages with all their rows.',
    columns: [
      { name: 'Address', holds: 'address' },
      { name: 'Scope', holds: 'text' },
      { name: 'Bytes', holds: 'bytes' },
      { name: 'Elements', holds: 'count' },
      { name: 'Old versions', holds: 'count' },
      { name: 'Written', holds: 'time' },
    ],
    rows,
    left: 2_104_120,
  };
}

function families(): ReportTable {
  return {
    title: 'Key families',
    about: 'All entries by what their keys begin with.',
    columns: [
      { name: 'Family', holds: 'address' },
      { name: 'Class', holds: 'text' },
      { name: 'Live', holds: 'bytes' },
      { name: 'Entries', holds: 'count' },
    ],
    rows: [
      ['!redis|str|', 'data', 400 * MIB, 3_000_000],
      ['!ddb|item|', 'data', 200 * MIB, 900_000],
      ['!s3|blob|', 'data', 180 * MIB, 20_000],
      ['!sqs|msg|data|', 'data', 21 * MIB, 53_100],
      ['!txn|', 'internal', 40_000, 210],
    ],
  };
}
