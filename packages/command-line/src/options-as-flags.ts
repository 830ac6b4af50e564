import type { Command } from 'commander';

/** How messages of the packages name what their caller can turn on, here or when the data was encoded or decoded. */
const OPTION = /\bthe option ([a-z][a-zA-Z]*)\b( of (?:en|de)code\b)?/g;

/**
 * A message of a package in the words of a program: "the option scratchRoot" is `--scratch-root` where the program has that flag, and
 * "the option selfTest of encode" the flag of another program. A list has one flag: "the option adapters" is `--adapter`.
 */
export function optionsAsFlags(message: string, command: Command): string {
  const has = (flag: string) => command.options.some(({ long }) => long === flag);
  return message.replace(OPTION, (said, name: string, ofAnother = '') => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (ofAnother !== '' || has(flag)) return `${flag}${ofAnother}`;
    const one = flag.replace(/s$/, '');
    return has(one) ? one : said;
  });
}
