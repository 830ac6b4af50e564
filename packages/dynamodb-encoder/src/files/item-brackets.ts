import type { Kind, StoredValue } from '../layout/stored-value.ts';

/** What stands around and between the elements of an object or an array, line breaks and blanks included: bytes of ASCII. */
export interface Brackets {
  readonly brace: Buffer;
  readonly bracket: Buffer;
  readonly comma: Buffer;
  readonly end: Buffer;
  readonly endOfArray: Buffer;
  /** The beginning of a value in a list up to its content, by its kind. */
  readonly elements: KindBrackets;
  /** The same behind the name of an attribute: with a colon before it. */
  readonly fields: KindBrackets;
}

export type KindBrackets = Readonly<Record<StoredValue['kind'], Buffer>>;

/** Made once: those of all levels that an item has which a server takes. Deeper ones are long, and hardly met. */
const FEW_LEVELS = 128;
const BRACKETS: Brackets[] = [];
/** A level from which all deeper ones stay on one line. */
export const COMPACT = Number.NEGATIVE_INFINITY;
const ON_ONE_LINE = makeBrackets({ outer: '', inner: '', colon: ':' });

/** @param level of the line that the object or array begins in, or {@link COMPACT}. */
export function bracketsOf(level: number): Brackets {
  if (level < 0) return ON_ONE_LINE;
  const known = BRACKETS[level];
  if (known !== undefined) return known;
  const made = indented(level);
  if (level < FEW_LEVELS) BRACKETS[level] = made;
  return made;
}

function indented(level: number): Brackets {
  const outer = `\n${'  '.repeat(level)}`;
  return makeBrackets({ outer, inner: `${outer}  `, colon: ': ' });
}

function makeBrackets({ outer, inner, colon }: { outer: string; inner: string; colon: string }): Brackets {
  return {
    brace: Buffer.from(`{${inner}`),
    bracket: Buffer.from(`[${inner}`),
    comma: Buffer.from(`,${inner}`),
    end: Buffer.from(`${outer}}`),
    endOfArray: Buffer.from(`${outer}]`),
    elements: kindBrackets((name) => `{${inner}"${name}"${colon}`),
    fields: kindBrackets((name) => `${colon}{${inner}"${name}"${colon}`),
  };
}

function kindBrackets(text: (name: Kind) => string): KindBrackets {
  const kind = (name: Kind) => Buffer.from(text(name));
  return {
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
  };
}
