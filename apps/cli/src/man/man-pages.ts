import type { ListedCommand } from '@ekv/command-line';
import { allOf, describedCommand } from '../described-command.ts';
import { ekvOf } from '../ekv.ts';
import { TOPICS } from '../topics/topics.ts';
import { manName, manPage, type Section } from './man-page.ts';

/** Sections of `ekv(1)`, by the topic that has their text. */
const TITLES: Readonly<Record<string, string>> = { 'exit-codes': 'EXIT STATUS' };

/** The man pages of `ekv` and of each command, by the names of their files. @param version such as `ekv/1.2.0`. */
export async function manPages(
  commands: readonly [ListedCommand, ...ListedCommand[]],
  version: string,
): Promise<ReadonlyMap<string, string>> {
  const root = await describedCommand(ekvOf(commands)({ name: 'ekv', version, work: '' }), '');
  const texts = TOPICS.map(async ({ name, load }): Promise<Section> => {
    const text = (await load()).replaceAll('$0', 'ekv');
    return { title: TITLES[name] ?? name.toUpperCase(), text };
  });
  const sections = await Promise.all(texts);
  const pages = allOf(root).map((command): [string, string] => {
    const near = [root, ...root.commands.filter((one) => one.words[1] === command.words[1]), ...command.commands];
    const seeAlso = command === root ? root.commands : near.filter((one) => one !== command);
    const names = [...new Set(seeAlso.map(manName))];
    const page = manPage(command, { version, seeAlso: names, sections: command === root ? sections : [] });
    return [`${manName(command)}.1`, page];
  });
  return new Map(pages);
}
