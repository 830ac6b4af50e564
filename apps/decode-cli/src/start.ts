import { calledName } from '@ekv/command-line';
import { DECODE } from '@ekv/programs/decode';
import { VERSION } from './version.ts';

const name = calledName('ekv-decode', 'elastickv-snapshot-decode');
const work = `${import.meta.dirname}/work.js`;
void DECODE({ name, version: VERSION, work }).run(process.argv.slice(2));
