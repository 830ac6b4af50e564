const MOST_RECEIVES = 1000;
const PERMISSIONS = ['allowAll', 'denyAll', 'byQueue'];
const MOST_SOURCES = 10;

/** What is wrong with the text of a redrive policy; docs/format/06-sqs.md, section 6.1. An empty text is no policy. */
export function redrivePolicyFault(text: string): string | undefined {
  if (text === '') return undefined;
  const policy = objectIn(text);
  if (policy === undefined) return 'is not the text of a JSON object';
  if (deadLetterQueue(text) === undefined)
    return 'has no "deadLetterTargetArn" of a queue (arn:aws:sqs:region:account:name)';
  const { maxReceiveCount: count } = policy;
  const receives = typeof count === 'string' && /^[0-9]{1,9}$/.test(count) ? Number(count) : count;
  if (Number.isInteger(receives) && (receives as number) >= 1 && (receives as number) <= MOST_RECEIVES)
    return undefined;
  return `has the "maxReceiveCount" ${JSON.stringify(count) ?? 'of nothing'}, a server takes 1 to ${MOST_RECEIVES}`;
}

/** What is wrong with the text of a policy that says who may use the queue for dead letters. An empty text is no policy. */
export function redriveAllowPolicyFault(text: string): string | undefined {
  if (text === '') return undefined;
  const policy = objectIn(text);
  if (policy === undefined) return 'is not the text of a JSON object';
  const { redrivePermission: permission, sourceQueueArns: sources } = policy;
  if (typeof permission !== 'string' || !PERMISSIONS.includes(permission))
    return `has a "redrivePermission" that is none of ${PERMISSIONS.join(', ')}`;
  if (permission !== 'byQueue') return undefined;
  const isList = Array.isArray(sources) && sources.length >= 1 && sources.length <= MOST_SOURCES;
  return isList && sources.every((arn) => typeof arn === 'string')
    ? undefined
    : `has the "redrivePermission" byQueue without 1 to ${MOST_SOURCES} texts in "sourceQueueArns"`;
}

/** The queue that a redrive policy names; `undefined` when it names none. */
export function deadLetterQueue(text: string): string | undefined {
  const arn = text === '' ? undefined : objectIn(text)?.deadLetterTargetArn;
  const parts = typeof arn === 'string' ? arn.split(':') : [];
  return parts.length === 6 && parts[0] === 'arn' && parts[2] === 'sqs' && parts[5] !== '' ? parts[5] : undefined;
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
