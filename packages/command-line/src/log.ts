import type { Warning } from '@ekv/snapshot';
import { exactJson, unicodeEscape } from './exact-json.ts';
import { oneLine } from './one-line.ts';

export type LogFormat = 'text' | 'json';

/** What a log line says beside time and level; the values in the order given. */
export type LogFields = Readonly<Record<string, string | number | bigint | boolean | readonly string[]>>;

export interface LogOptions {
  readonly format: LogFormat;
  /** Leaves out what is no warning and no error. */
  readonly quiet: boolean;
  /** As in error lines. */
  readonly program: string;
  readonly write: (text: string) => void;
}

/** Lines on standard error; docs/format/08-cli.md, section 1.2. */
export class Log {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** @param lines for people, told after it; a log of JSON has them as the field `lines`. */
  info(message: string, fields: LogFields, lines: readonly string[] = []): void {
    const { quiet, format, write } = this.#options;
    if (quiet) return;
    if (format === 'json') return this.#line('INFO', message, lines.length > 0 ? { ...fields, lines } : fields);
    this.#line('INFO', message, fields);
    write(lines.map((line) => `${oneLine(line)}\n`).join(''));
  }

  warn({ event, message, fields }: Warning): void {
    this.#line('WARN', message, { event, ...fields });
  }

  /**
   * An error, for people: no time, no quotes.
   *
   * @param problems one line each, when several things are wrong. @param stack the stack trace, when it is wanted.
   */
  error(message: string, problems: readonly string[] = [], stack?: string): void {
    const { format, program, write } = this.#options;
    if (format === 'json') {
      this.#line('ERROR', message, {
        ...(problems.length > 0 ? { problems } : {}),
        ...(stack === undefined ? {} : { stack }),
      });
      return;
    }
    const lines = [`${program}: ${oneLine(message)}`, ...problems.map((problem) => `  ${oneLine(problem)}`)];
    write([...lines, ...(stack === undefined ? [] : stack.split('\n').map(oneLine)), ''].join('\n'));
  }

  /** What somebody asked for while the run goes on, told with `quiet` too. */
  answer(message: string, fields: LogFields): void {
    this.#line('INFO', message, fields);
  }

  #line(level: string, message: string, fields: LogFields): void {
    const time = new Date().toISOString();
    if (this.#options.format === 'json') {
      this.#options.write(`${exactJson({ time, level, msg: message, ...fields })}\n`);
      return;
    }
    const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${quoted(String(value))}`);
    this.#options.write(`time=${time} level=${level} msg=${quoted(message)}${pairs.join('')}\n`);
  }
}

/**
 * As it is when nothing in it could be misread, else in quotes, without anything that a terminal would obey. A backslash
 * stands as it is, since keys come with escapes of their own, but where it would seem to belong to a quote.
 */
function quoted(value: string): string {
  if (/^[^\s"=\p{C}]+$/u.test(value)) return value;
  const inside = value
    .replace(/(\\*)("|$)/g, (_, backslashes: string, quote: string) => `${backslashes}${backslashes}${quote && '\\"'}`)
    .replace(UNSEEN, (character) => SHORT[character] ?? unicodeEscape(character));
  return `"${inside}"`;
}

const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
