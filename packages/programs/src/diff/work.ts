import { ReaderGoneError, StandardOutput } from '@ekv/archive';
import type { WorkOptions } from '@ekv/command-line';
import {
  type Change,
  COLOURED,
  diffInputs,
  jsonOfChange,
  jsonOfSummary,
  PLAIN,
  Summary,
  textOfChange,
  textOfSummary,
} from '@ekv/diff';
import type { Diffed, DiffOrder } from './diff-program.ts';

/** Text is written when there are so many letters of it, and at the end. */
const BLOCK_LETTERS = 1 << 16;

/** What the working thread of `ekv diff` does: changes are printed as they are found. */
export function diffWork(order: DiffOrder, options: WorkOptions): Diffed {
  const output = new StandardOutput();
  const summary = new Summary();
  let waiting = '';
  const print = (texts: Iterable<string>, limit = BLOCK_LETTERS) => {
    for (const text of texts) {
      waiting += text;
      if (waiting.length < limit) continue;
      output.write(Buffer.from(waiting));
      waiting = '';
    }
  };
  let isReaderGone = false;
  try {
    for (const change of diffInputs(order, options)) {
      summary.add(change);
      if (!order.summary) print(textsOf(change, order));
    }
    print(sumsOf(summary, order));
    print([''], 0);
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) throw error;
    isReaderGone = true;
  } finally {
    output.close();
  }
  const { units, scopes } = summary;
  return { isReaderGone, units, scopes, from: namesOf(order.from), to: namesOf(order.to) };
}

function textsOf(change: Change, { form, mostDifferences }: DiffOrder): Iterable<string> {
  if (form === 'json') return jsonOfChange(change, { mostDifferences });
  return textOfChange(change, { mostDifferences, paint: paintOf(form) });
}

function* sumsOf(summary: Summary, { form, summary: isAlone }: DiffOrder): Iterable<string> {
  if (form === 'json') return yield* jsonOfSummary(summary);
  if (!summary.isSame && !isAlone) yield '\n';
  yield* textOfSummary(summary, { paint: paintOf(form) });
}

function paintOf(form: DiffOrder['form']): typeof PLAIN {
  return form === 'coloured text' ? COLOURED : PLAIN;
}

function namesOf(files: DiffOrder['from']): string {
  return files.map(({ path }) => path).join(', ');
}
