import { respelled } from '@ekv/adapter';
import { UsageError } from '@ekv/snapshot';

/** A character, by its code point; {@link ANY} one, a {@link RUN} of them, or one of some. docs/format/13-selection.md, section 3. */
type Token = number | CharacterSet;

const ANY = -1;
const RUN = -2;

interface CharacterSet {
  readonly isNegated: boolean;
  /** First and last code point of each range. */
  readonly ranges: ReadonlyArray<readonly [first: number, last: number]>;
}

/**
 * A pattern for addresses: `*` stands for any run of characters, `/` too, `?` for one character, `[...]` for one of some. It takes time in
 * proportion to the lengths of pattern and address, whatever they are.
 */
export class AddressGlob {
  readonly pattern: string;
  /** All before the first of the characters that stand for others. */
  readonly literalStart: string;
  /** Whether nothing in it stands for others. */
  readonly isLiteral: boolean;
  readonly #tokens: readonly Token[];

  /** Throws UsageError for a pattern that is none. */
  constructor(pattern: string) {
    this.pattern = pattern;
    const parts = partsOf(pattern);
    this.#tokens = parts.flatMap((part) => (typeof part === 'string' ? codePoints(part) : [part]));
    this.isLiteral = parts.every((part) => typeof part === 'string');
    this.literalStart = typeof parts[0] === 'string' ? parts[0] : '';
  }

  matches(address: string): boolean {
    if (!address.startsWith(this.literalStart)) return false;
    if (this.isLiteral) return address.length === this.literalStart.length;
    const tokens = this.#tokens;
    let at = 0;
    let token = 0;
    // Where to go on when what was taken for the last run was too little.
    let run = -1;
    let runEnd = 0;
    while (at < address.length) {
      const character = address.codePointAt(at)!;
      if (tokens[token] === RUN) {
        run = token++;
        runEnd = at;
      } else if (token < tokens.length && isOne(tokens[token]!, character)) {
        token++;
        at += widthOf(character);
      } else if (run !== -1) {
        token = run + 1;
        runEnd += widthOf(address.codePointAt(runEnd)!);
        at = runEnd;
      } else return false;
    }
    while (tokens[token] === RUN) token++;
    return token === tokens.length;
  }

  /** Whether an address that begins so may match. */
  mayMatchBelow(start: string): boolean {
    let states = this.#withRuns(new Set([0]));
    for (const character of codePoints(start)) {
      const next = new Set<number>();
      for (const state of states) {
        const token = this.#tokens[state];
        if (token === RUN) next.add(state);
        else if (token !== undefined && isOne(token, character)) next.add(state + 1);
      }
      states = this.#withRuns(next);
      if (states.size === 0) return false;
    }
    return true;
  }

  /** A run may be empty. */
  #withRuns(states: ReadonlySet<number>): ReadonlySet<number> {
    const all = new Set(states);
    for (const state of all) if (this.#tokens[state] === RUN) all.add(state + 1);
    return all;
  }
}

function isOne(token: Token, character: number): boolean {
  if (typeof token === 'number') return token === character || token === ANY;
  return token.ranges.some(([first, last]) => first <= character && character <= last) !== token.isNegated;
}

function widthOf(character: number): number {
  return character > 0xffff ? 2 : 1;
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}

/** Texts that stand for themselves, spelled as in addresses, and what stands between them. */
function partsOf(pattern: string): (string | Token)[] {
  if (pattern === '') throw new UsageError('a pattern of a selection is empty; * stands for everything');
  if (!pattern.isWellFormed()) throw new UsageError(`the pattern ${shown(pattern)} holds half a character`);
  const parts: (string | Token)[] = [];
  let text = '';
  const endText = () => {
    if (text !== '') parts.push(respelled(text));
    text = '';
  };
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at]!;
    if (!SPECIAL.has(character)) {
      text += character;
      at++;
      continue;
    }
    endText();
    if (character === '[') {
      const end = setEnd(pattern, at);
      parts.push(setIn(pattern, at + 1, end));
      at = end + 1;
      continue;
    }
    // Several runs are one.
    if (character === '?') parts.push(ANY);
    else if (parts.at(-1) !== RUN) parts.push(RUN);
    at++;
  }
  endText();
  return parts;
}

const SPECIAL: ReadonlySet<string> = new Set(['*', '?', '[']);

function isNegated(pattern: string, at: number): boolean {
  return pattern[at] === '!' || pattern[at] === '^';
}

/** A `]` that comes first is one of the characters. */
function setEnd(pattern: string, start: number): number {
  const first = start + 1 + (isNegated(pattern, start + 1) ? 1 : 0);
  const end = pattern.indexOf(']', first + 1);
  if (end === -1)
    throw new UsageError(`the pattern ${shown(pattern)} has a [ without a ]; the character [ itself is written [[]`);
  return end;
}

function setIn(pattern: string, start: number, end: number): CharacterSet {
  const negated = isNegated(pattern, start);
  const characters = codePoints(pattern.slice(negated ? start + 1 : start, end));
  const ranges: [number, number][] = [];
  for (let i = 0; i < characters.length; i++) {
    const first = characters[i]!;
    const isRange = characters[i + 1] === DASH && i + 2 < characters.length;
    const last = isRange ? characters[i + 2]! : first;
    if (last < first) throw new UsageError(`in the pattern ${shown(pattern)} a range in [] ends before it begins`);
    ranges.push([first, last]);
    if (isRange) i += 2;
  }
  return { isNegated: negated, ranges };
}

const DASH = 0x2d;
const LONGEST_SHOWN = 120;

function shown(pattern: string): string {
  return JSON.stringify(pattern.length > LONGEST_SHOWN ? `${pattern.slice(0, LONGEST_SHOWN)}...` : pattern);
}
