export { TarReader } from './tar/tar-reader.ts';
