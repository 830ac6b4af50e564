import type { Warning } from '@ekv/snapshot';
import { exactJson } from './exact-json.ts';
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

  info(message: string, fields: LogFields): void {
    if (!this.#options.quiet) this.#line('INFO', message, fields);
  }

  warn({ event, message, fields }: Warning): void {
    this.#line('WARN', message, { event, ...fields });
  }

  /**
   * An error, for people: no time, no quotes.
   *
   * @param problems one line each, when several things are wrong.
   */
  error(message: string, problems: readonly string[] = []): void {
    const { format, program, write } = this.#options;
    if (format === 'json') this.#line('ERROR', message, problems.length > 0 ? { problems } : {});
    else
      write([`${program}: ${oneLine(message)}`, ...problems.map((problem) => `  ${oneLine(problem)}`), ''].join('\n'));
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

/** As it is when nothing in it could be misread, else a JSON string without anything that a terminal would obey. */
function quoted(value: string): string {
  if (/^[^\s"=\p{C}]+$/u.test(value)) return value;
  return JSON.stringify(value).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
