/** Of all commands. docs/format/07-restore.md, section 7. */
export const EXIT_CODES = { usage: 1, environment: 1, data: 2, defect: 1 } as const;
