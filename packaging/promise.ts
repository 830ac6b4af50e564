/** Where the repository is. */
export const REPOSITORY = 'https://github.com/ekv-dev/ekv';

const FORMATS = `[docs/format](${REPOSITORY}/blob/main/docs/format/README.md)`;

/** What the README of each library says after its install line. */
export const LIBRARY_PROMISE = `Node 22.15 or later; ES modules, which \`require\` takes too. The types need TypeScript 5.7 or later with \`@types/node\`. Version 0.x: a minor version may change the API and
says so in \`CHANGELOG.md\`, a patch version does not. The adapters export what a program needs of \`@ekv/snapshot\`. Files of elastickv: all four shapes of a \`.fsm\` file
with the payload \`EKVPBBL1\`, as ${FORMATS} has them; \`docs/format/...\` in doc comments is there.`;

/** What the README of each program says after its install line. */
export const PROGRAM_PROMISE = `Node 22.15 or later. Version 0.x: a minor version may change flags and messages and says so in \`CHANGELOG.md\`, a patch version does not. Files of
elastickv: all four shapes of a \`.fsm\` file with the payload \`EKVPBBL1\`, as ${FORMATS} has them.`;
