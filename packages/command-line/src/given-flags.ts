import type { Command } from 'commander';

/** The flags of a command line that was parsed, by their names without dashes. A name that the command lacks is a defect. */
export class GivenFlags {
  readonly #command: Command;

  constructor(command: Command) {
    this.#command = command;
  }

  /** Of a flag with a value: what was given, or its default; else `undefined`. */
  text(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new TypeError(`the flag --${name} has no value: it is a switch`);
  }

  /** Of a flag that may be given several times: all that was given, in that order. */
  texts(name: string): readonly string[] {
    const value = this.#value(name) ?? [];
    if (Array.isArray(value)) return value;
    throw new TypeError(`the flag --${name} has one value, or none`);
  }

  /** Whether a switch is on. */
  isOn(name: string): boolean {
    const value = this.#value(name);
    if (value === undefined || typeof value === 'boolean') return value ?? false;
    throw new TypeError(`the flag --${name} has a value: it is no switch`);
  }

  /** Names of the flags that were given, in the order of the help; a switch that was given as off is none. */
  names(): string[] {
    return this.#command.options
      .filter((option) => this.#command.getOptionValueSource(option.attributeName()) === 'cli')
      .map((option) => option.name());
  }

  #value(name: string): unknown {
    const option = this.#command.options.find((each) => each.name() === name);
    if (option === undefined) throw new TypeError(`${this.#command.name()} has no flag --${name}`);
    return this.#command.getOptionValue(option.attributeName());
  }
}
