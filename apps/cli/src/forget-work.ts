/** The working thread of `ekv forget`. */
import { serveWork } from '@ekv/command-line';
import { forgetWork } from '@ekv/programs/forget/work';

serveWork(forgetWork);
