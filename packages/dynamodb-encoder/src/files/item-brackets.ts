import type { Kind, StoredValue } from '../layout/stored-value.ts';

/** What stands around and between the elements of an object or an array, line breaks and blanks included. */
export interface Brackets {
  readonly brace: string;
  readonly bracket: string;
  readonly comma: string;
  readonly colon: string;
  readonly end: string;
  readonly endOfArray: string;
  /** The beginning of a value up to its content. */
  readonly kinds: Readonly<Record<StoredValue['kind'], string>>;
}

const FEW_LEVELS = 16;
const BRACKETS = Array.from({ length: FEW_LEVELS }, (_, level) => indented(level));
/** A level from which all deeper ones stay on one line. */
export const COMPACT = Number.NEGATIVE_INFINITY;
const ON_ONE_LINE = makeBrackets({ outer: '', inner: '', colon: ':' });

/** @param level of the line that the object or array begins in, or {@link COMPACT}. */
export function bracketsOf(level: number): Brackets {
  if (level < 0) return ON_ONE_LINE;
  return BRACKETS[level] ?? indented(level);
}

function indented(level: number): Brackets {
  const outer = `\n${'  '.repeat(level)}`;
  return makeBrackets({ outer, inner: `${outer}  `, colon: ': ' });
}

function makeBrackets({ outer, inner, colon }: { outer: string; inner: string; colon: string }): Brackets {
  const kind = (name: Kind) => `{${inner}"${name}"${colon}`;
  return {
    brace: `{${inner}`,
    bracket: `[${inner}`,
    comma: `,${inner}`,
    colon,
    end: `${outer}}`,
    endOfArray: `${outer}]`,
    kinds: {
      S: kind('S'),
      N: kind('N'),
      B: kind('B'),
      BOOL: kind('BOOL'),
      NULL: kind('NULL'),
      SS: kind('SS'),
      NS: kind('NS'),
      BS: kind('BS'),
      L: kind('L'),
      M: kind('M'),
      none: kind('NULL'),
    },
  };
}
