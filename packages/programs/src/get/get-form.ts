/** What other programs take. */
export const GET_FORMS = ['resp', 'put-item', 'batch-write', 's3-cp', 'send-message-batch'] as const;

/** As what units are printed. */
export type GetForm = 'indented' | 'json' | 'raw' | 'history' | (typeof GET_FORMS)[number];
