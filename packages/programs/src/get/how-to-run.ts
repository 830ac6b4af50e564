import { SCRIPT_NAME, shellWord } from '@ekv/get';
import type { GetForm } from './get-form.ts';

// Without an endpoint the AWS CLI goes to Amazon.
const ENDPOINT = '--endpoint-url http://NODE:PORT';
// Version 1 of the AWS CLI takes base64 for the bytes themselves, and says nothing.
const BINARY =
  'binary attributes want version 2 of the AWS CLI (aws --version); version 1 stores their base64 as the bytes';

/** What is done with what was printed, and what to know about it. */
const STEPS: Readonly<Partial<Record<GetForm, readonly [command: string, ...notes: readonly string[]]>>> = {
  resp: ['redis-cli -h NODE -p PORT --pipe < FILE'],
  'put-item': [eachLine('dynamodb put-item'), BINARY],
  'batch-write': [
    eachLine('dynamodb batch-write-item'),
    'what it answers under UnprocessedItems must be sent again',
    BINARY,
  ],
  'send-message-batch': [
    eachLine('sqs send-message-batch --queue-url URL'),
    'what it answers under Failed must be sent again, and only that: what was sent twice is there twice',
    BINARY,
  ],
};

/** Through a file, for version 1 of the AWS CLI reads its input twice, which a pipe does not allow; it ends at the first failure. */
function eachLine(command: string): string {
  return `one=$(mktemp); while IFS= read -r line; do printf %s "$line" > "$one"; aws ${ENDPOINT} ${command} --cli-input-json "file://$one" || break; done < FILE; rm "$one"`;
}

/** The command that brings what was printed into a cluster, for people; nothing for forms that are read by them. */
export function howToRun(form: GetForm, folder: string | undefined): string[] {
  if (form === 's3-cp') return [`to bring it back: sh ${shellWord(`${folder}/${SCRIPT_NAME}`)} ${ENDPOINT}`];
  const [command, ...notes] = STEPS[form] ?? [];
  return command === undefined ? [] : [`to bring it back: ${command}`, ...notes];
}
