import { allOf, type DescribedCommand, type DescribedFlag } from '../described-command.ts';
import { valueKind } from './value-kind.ts';

/** A script for zsh, to be evaluated or put in a folder of `fpath`. */
export function zshCompletion(ekv: DescribedCommand): string {
  return `#compdef ekv
# Completion of ekv for zsh, made by: ekv completion zsh

${allOf(ekv).map(functionOf).join('\n\n')}

if [[ $funcstack[1] == _ekv ]]; then
  _ekv "$@"
else
  compdef _ekv ekv
fi
`;
}

function functionOf(command: DescribedCommand): string {
  return command.commands.length > 0 ? groupFunction(command) : leafFunction(command);
}

function leafFunction({ words, flags, operand }: DescribedCommand): string {
  const specs = flags.map(flagSpec);
  if (operand !== undefined) specs.push(quoted(`*:${operand.value}:_files`));
  const body = specs.length === 0 ? '  _message "no more words"' : argumentsOf('', specs);
  return `${nameOf(words)}() {\n${body}\n}`;
}

/** The first word chooses the function that has the others. */
function groupFunction({ words, flags, commands }: DescribedCommand): string {
  const ends = flags.filter(({ name }) => name === 'help' || name === 'version').map(flagSpec);
  const list = commands.map((one) => `        ${quoted(`${one.words.at(-1)}:${one.summary}`)}`);
  const cases = commands.map((one) => `        ${one.words.at(-1)}) ${nameOf(one.words)} ;;`);
  return `${nameOf(words)}() {
  local curcontext="$curcontext" state line
  local -a commands
  typeset -A opt_args
${argumentsOf(' -C', [...ends, quoted('1: :->command'), quoted('*:: :->words')])}
  case $state in
    command)
      commands=(
${list.join('\n')}
      )
      _describe -t commands 'command' commands
      ;;
    words)
      case $line[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}`;
}

function argumentsOf(options: string, specs: readonly string[]): string {
  return [`  _arguments${options}`, ...specs.map((spec) => `    ${spec}`)].join(' \\\n');
}

function nameOf(words: readonly string[]): string {
  return `_${words.join('_')}`;
}

function flagSpec(flag: DescribedFlag): string {
  const { name, short, description, isRepeated } = flag;
  const told = `[${escaped(description)}]`;
  if (name === 'help' || name === 'version') {
    return quoted('(- *)') + (short === undefined ? `--${name}` : `{-${short},--${name}}`) + quoted(told);
  }
  return quoted(`${isRepeated ? '*' : ''}--${name}${flag.value === undefined ? '' : '='}${told}${valueSpec(flag)}`);
}

function valueSpec(flag: DescribedFlag): string {
  const message = `:${flag.value}:`;
  switch (valueKind(flag)) {
    case 'words':
      return `${message}(${flag.values.join(' ')})`;
    case 'files':
      return `${message}_files`;
    case 'folders':
      return `${message}_files -/`;
    case 'anything':
      return `${message} `;
    case undefined:
      return '';
  }
}

function escaped(text: string): string {
  return text.replace(/[\\[\]:$`]/g, (character) => `\\${character}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
