/**
 * The one of the choices that a mistyped word most probably means: it differs in case, `-` and `_` alone, begins with the
 * word, or is a few letters away.
 *
 * @returns `undefined` when none is near.
 */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  const plain = plainOf(word);
  if (plain === '') return undefined;
  const same = choices.find((choice) => plainOf(choice) === plain);
  if (same !== undefined) return same;
  const begun = choices.filter((choice) => plain.length > 2 && plainOf(choice).startsWith(plain));
  if (begun.length > 0) return begun.sort((a, b) => a.length - b.length)[0];
  const most = Math.max(1, Math.floor(plain.length / 3));
  const near = choices.map((choice) => ({ choice, edits: editsBetween(plain, plainOf(choice)) }));
  near.sort((a, b) => a.edits - b.edits);
  return near[0] !== undefined && near[0].edits <= most && near[0].edits < plain.length ? near[0].choice : undefined;
}

/** `, did you mean X?` for a message that goes on, or nothing. */
export function didYouMean(word: string, choices: readonly string[]): string {
  const choice = nearest(word, choices);
  return choice === undefined ? '' : `, did you mean ${choice}?`;
}

/** Longer words are none that was mistyped. */
const LONGEST = 64;

function plainOf(word: string): string {
  return word.slice(0, LONGEST).toLowerCase().replaceAll(/[-_]/g, '');
}

/** Letters that are put in, left out, replaced, or swapped with their neighbour, to make one word of the other. */
function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, rows[i - 1]![j]! + 1, row[j - 1]! + 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
