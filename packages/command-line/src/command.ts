import { Flag } from './flag.ts';
import { helpText } from './help-text.ts';

type Value = string | readonly string[] | true;

/** What was asked for instead of a run. */
export type Asked = 'help' | 'version';

/** The flags of a program, and after {@link Command.take} what was given of them. */
export class Command {
  readonly options: Flag[] = [];
  readonly #name: string;
  #about = '';
  #version = '';
  #operand: string | undefined;
  #after: (width: number) => string = () => '';
  readonly #given = new Map<string, Value>();

  constructor(name: string) {
    this.#name = name;
  }

  name(): string {
    return this.#name;
  }

  version(): string {
    return this.#version;
  }

  /** The flag that a plain word is short for, by its name without dashes. */
  operand(): string | undefined {
    return this.#operand;
  }

  /** @param after what the help says below the flags, for its width. */
  describe(about: string, version: string, after: (width: number) => string): this {
    this.#about = about;
    this.#version = version;
    this.#after = after;
    this.options.push(new Flag('--version', 'print the version'));
    return this;
  }

  option(flags: string, description = '', defaultValue?: string): this {
    this.options.push(new Flag(flags, description, { defaultValue }));
    return this;
  }

  /** A flag with one of some values. */
  choice(flags: string, description: string, choices: readonly string[]): this {
    this.options.push(new Flag(flags, description, { choices }));
    return this;
  }

  /** A plain word, as `[name]`, stands for the flag of that name. */
  argument(form: string): this {
    this.#operand = form.slice(1, -1);
    return this;
  }

  /** Takes what was given, in the form of `normalizedArguments`. @returns what is to be printed instead of a run. */
  take(normalized: readonly string[]): Asked | undefined {
    this.#given.clear();
    for (const word of normalized) {
      if (word === '--help' || word === '--version') return word === '--help' ? 'help' : 'version';
      const at = word.indexOf('=');
      const long = at < 0 ? word : word.slice(0, at);
      const option = this.options.find((each) => each.long === long);
      if (option === undefined) throw new TypeError(`${this.#name} has no flag ${long}`);
      this.#set(option, at < 0 ? true : word.slice(at + 1));
    }
    return undefined;
  }

  /** Whether a flag was given. */
  isGiven(option: Flag): boolean {
    return this.#given.has(option.attributeName());
  }

  /** What was given, or the default. */
  valueOf(option: Flag): Value | undefined {
    return this.#given.get(option.attributeName()) ?? option.defaultValue;
  }

  /** The same of all flags, under their names as attributes. */
  opts(): Record<string, unknown> {
    return Object.fromEntries(
      this.options.flatMap((option) => {
        const value = this.valueOf(option);
        return value === undefined ? [] : [[option.attributeName(), value]];
      }),
    );
  }

  /** @param width columns. */
  help(width: number): string {
    return helpText({
      usage: `${this.#name} [options]${this.#operand === undefined ? '' : ` [${this.#operand}]`}`,
      about: this.#about,
      options: this.#inHelp(),
      after: this.#after(width),
      width,
    });
  }

  /** Flags of the program first. */
  #inHelp(): { term: string; description: string }[] {
    const isVersion = ({ long }: Flag) => long === '--version';
    const options = [...this.options.filter((option) => !isVersion(option)), ...this.options.filter(isVersion)];
    return [
      ...options.map((option) => ({ term: option.flags, description: described(option) })),
      { term: '-h, --help', description: 'print this help' },
    ];
  }

  #set(option: Flag, value: string | true): void {
    const name = option.attributeName();
    const before = this.#given.get(name);
    if (option.variadic) this.#given.set(name, [...(Array.isArray(before) ? before : []), value as string]);
    else this.#given.set(name, value);
  }
}

/** With the values that it may have, and its default. */
function described({ description, argChoices, defaultValue }: Flag): string {
  const more = [
    ...(argChoices === undefined ? [] : [`choices: ${argChoices.map((choice) => JSON.stringify(choice)).join(', ')}`]),
    ...(defaultValue === undefined ? [] : [`default: ${JSON.stringify(defaultValue)}`]),
  ];
  return more.length === 0 ? description : `${description} (${more.join(', ')})`;
}
