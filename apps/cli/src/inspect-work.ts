/** The working thread of `ekv inspect`. */
import { serveWork } from '@ekv/command-line';
import { inspectWork } from '@ekv/programs/inspect/work';

serveWork(inspectWork);
