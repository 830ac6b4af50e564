const ADAPTERS = ['redis', 'dynamodb', 's3', 'sqs'];

/**
 * Modules that many runs do without, by the ends of their paths: the programs load them, and what only they import, when one of their functions is called.
 * Their functions are called a few times in a run: one of those that rows are made with would be called by a detour for each.
 */
export const NOT_AT_START: readonly string[] = [
  // Who reads no manifest needs no zod.
  '/manifest/dist/schema-check.js',
  // A dump mostly has data of some adapters, and goes in one direction.
  ...ADAPTERS.flatMap((name) => [`/${name}-encoder/dist/encode/index.js`, `/${name}-encoder/dist/decode/index.js`]),
  ...ADAPTERS.flatMap((name) => [`/get/dist/units/${name}-units.js`, `/diff/dist/facts/${name}-facts.js`]),
  '/archive/dist/compression/gzip-bytes.js',
  '/archive/dist/compression/zstd-bytes.js',
  '/archive/dist/tree/open-archive-tree.js',
  '/core/dist/decode/earlier-dump.js',
  '/core/dist/decode/packed-dump.js',
  '/core/dist/encode/listed-digests.js',
  '/core/dist/groups/unfinished.js',
  '/core/dist/publish-groups/publish-groups.js',
  '/core/dist/publish/reject.js',
  '/core/dist/repair/repair-tree.js',
  '/core/dist/self-test/self-test-of-groups.js',
  '/core/dist/self-test/self-test.js',
  '/core/dist/selection/chosen-records.js',
  '/core/dist/selection/chosen-rows.js',
  '/core/dist/sources/dump-rows.js',
  '/inspect/dist/expired/expired-units.js',
  '/inspect/dist/forms/csv.js',
  '/inspect/dist/forms/html/report-html.js',
  '/programs/dist/get/print-history.js',
  '/snapshot/dist/merge/merge-snapshots.js',
  '/snapshot/dist/narrow/narrow-snapshot.js',
  '/snapshot/dist/read/open-snapshot.js',
  '/snapshot/dist/search/narrowed.js',
];

/** The same for the main thread: what a run needs and a help does not. */
export const NOT_IN_A_HELP: readonly string[] = [
  '/core/dist/decode/decode-clean-up.js',
  '/core/dist/forget/forget-clean-up.js',
  '/core/dist/publish-groups/groups-clean-up.js',
  '/core/dist/publish/remove-encode-temporaries.js',
  '/core/dist/repair/remove-repair-temporaries.js',
  '/core/dist/run/stopped-traces.js',
];
