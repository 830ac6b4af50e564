import { SCRIPT_NAME, shellWord } from '@ekv/get';
import type { GetForm } from './get-form.ts';

/** What is done with what was printed. */
const COMMANDS: Readonly<Partial<Record<GetForm, string>>> = {
  resp: 'redis-cli -h HOST -p PORT --pipe < FILE',
  'put-item': eachLine('aws dynamodb put-item --cli-input-json file:///dev/stdin'),
  'batch-write': eachLine('aws dynamodb batch-write-item --cli-input-json file:///dev/stdin'),
  'send-message-batch': eachLine('aws sqs send-message-batch --queue-url URL --cli-input-json file:///dev/stdin'),
};

function eachLine(command: string): string {
  return `while IFS= read -r line; do printf %s "$line" | ${command}; done < FILE`;
}

/** The command that brings what was printed into a cluster, for people; nothing for forms that are read by them. */
export function howToRun(form: GetForm, folder: string | undefined): string[] {
  if (form === 's3-cp') return [`to bring it back: sh ${shellWord(`${folder}/${SCRIPT_NAME}`)}`];
  const command = COMMANDS[form];
  if (command === undefined) return [];
  const more = form === 'batch-write' ? ['what it answers under UnprocessedItems must be sent again'] : [];
  return [`to bring it back: ${command}`, ...more];
}
