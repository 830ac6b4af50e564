import { allOf, type DescribedCommand, type DescribedFlag } from '../described-command.ts';
import { valueKind } from './value-kind.ts';

/** A script for fish from 3.0 on. */
export function fishCompletion(ekv: DescribedCommand): string {
  const commands = allOf(ekv);
  return `# Completion of ekv for fish, made by: ekv completion fish

# Whether these are the commands on the line.
function __ekv_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l at
    for word in $words
        switch "$at $word"
            case ${commands
              .slice(1)
              .map((command) => quoted(` ${placeOf(command)}`))
              .join(' ')}
                set at "$at $word"
            case '*'
                break
        end
    end
    test "$at" = "$argv[1]"
end

complete -c ekv -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function placeOf({ words }: DescribedCommand): string {
  return words.slice(1).join(' ');
}

function linesOf(command: DescribedCommand): string[] {
  const place = command.words.length === 1 ? '' : ` ${placeOf(command)}`;
  const begin = `complete -c ekv -n ${quoted(`__ekv_at "${place}"`)}`;
  return [
    ...command.commands.map((one) => `${begin} -a ${one.words.at(-1)} -d ${quoted(one.summary)}`),
    ...command.flags.map((flag) => `${begin}${flagOf(flag)} -d ${quoted(flag.description)}`),
    ...(command.operand === undefined ? [] : [`${begin} -F`]),
  ];
}

function flagOf(flag: DescribedFlag): string {
  const names = `${flag.short === undefined ? '' : ` -s ${flag.short}`} -l ${flag.name}`;
  switch (valueKind(flag)) {
    case 'words':
      return `${names} -x -a ${quoted(flag.values.join(' '))}`;
    case 'files':
      return `${names} -r -F`;
    case 'folders':
      return `${names} -x -a '(__fish_complete_directories)'`;
    case 'anything':
      return `${names} -x`;
    case undefined:
      return names;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
