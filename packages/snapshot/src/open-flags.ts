import { constants } from 'node:fs';

/**
 * How a file is opened whose name others may have given to something else: a link at the end of the path is refused, a pipe does
 * not hold up the run, and a terminal does not become that of the process.
 */
export const READ_NO_LINK: number =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
