import { calledName } from '@ekv/command-line';
import { ENCODE } from '@ekv/programs/encode';
import { VERSION } from './version.ts';

const name = calledName('ekv-encode', 'elastickv-snapshot-encode');
const work = `${import.meta.dirname}/work.js`;
void ENCODE({ name, version: VERSION, work }).run(process.argv.slice(2));
