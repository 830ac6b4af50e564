import type { Problems } from '@ekv/dump-tree';
import { RowError, type RowSource } from '@ekv/snapshot';
import type { RowJson } from '../layout/row-json.ts';
import { attemptRows } from './damaged-rows.ts';

/**
 * Adds all rows whose key or value breaks a rule to the problems, each once, so that one run shows all of them. For a decode that
 * ended at the first of them: it costs one more walk over all rows, in that case alone.
 *
 * @param first the error that decode ended with.
 */
export function collectDamagedRows(
  source: RowSource,
  {
    json,
    problems,
    includeIncompleteUploads = false,
  }: { json: RowJson; problems: Problems; includeIncompleteUploads?: boolean | undefined },
  first: RowError,
): void {
  const collecting = new CollectingSource(source, problems);
  collecting.leaveOut(first);
  attemptRows(collecting, json, { includeIncompleteUploads });
}

/** Shows a source as if it were salvaged: what is wrong with a row becomes a problem, and the walk goes on. */
class CollectingSource implements RowSource {
  readonly path: string;
  readonly lastCommitTs: bigint;
  readonly damage = undefined;
  readonly rows: RowSource['rows'];
  readonly count: RowSource['count'];
  readonly knows: RowSource['knows'];
  readonly readAt: RowSource['readAt'];
  readonly located: RowSource['located'];
  readonly #problems: Problems;
  /** Offsets of the rows that became problems: two walks may find the same row. */
  readonly #offsets = new Set<number>();

  constructor(source: RowSource, problems: Problems) {
    this.path = source.path;
    this.lastCommitTs = source.lastCommitTs;
    this.rows = source.rows.bind(source);
    this.count = source.count.bind(source);
    this.knows = source.knows.bind(source);
    this.readAt = source.readAt.bind(source);
    this.located = source.located.bind(source);
    this.#problems = problems;
  }

  leaveOut(error: unknown): void {
    if (!(error instanceof RowError)) throw error;
    if (this.#offsets.has(error.offset)) return;
    this.#offsets.add(error.offset);
    this.#problems.add(error);
  }

  attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.leaveOut(error);
    }
  }
}
