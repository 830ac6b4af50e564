/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { publishSnapshot } from '@ekv/core';

serveWork(publishSnapshot);
