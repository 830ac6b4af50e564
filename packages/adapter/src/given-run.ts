import type { TreeSink, TreeSource } from '@ekv/dump-tree';
import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import { givenFields, givenObject, wrongKind } from '@ekv/snapshot/arguments';

/** What every encode and decode of an adapter is told. */
interface GivenOptions {
  readonly warn: Warn;
  readonly scratch: ScratchFolder;
}

type OptionNames<Options> = ReadonlyArray<keyof Options & string>;

/**
 * The options of an encode of an adapter. Throws ArgumentError for them, also for one that is not known, and for what is no tree: classes do not count, another copy of
 * a package has others.
 *
 * @param call for people. @param known the options that it has.
 */
export function givenEncode<Options extends GivenOptions>(
  call: string,
  tree: TreeSource,
  options: Options,
  known: OptionNames<Options>,
): Options {
  if (typeof tree?.isFolder !== 'function' || typeof tree.entries !== 'function')
    throw wrongKind(tree, `the tree of ${call}`, 'a TreeSource, such as an InputTree');
  return givenOptions(call, options, known);
}

/** As {@link givenEncode}, for a decode: rows of a snapshot, and the place for the files of a tree. */
export function givenDecode<Options extends GivenOptions>(
  call: string,
  source: RowSource,
  sink: TreeSink,
  options: Options,
  known: OptionNames<Options>,
): Options {
  if (typeof source?.rows !== 'function' || typeof source.count !== 'function')
    throw wrongKind(source, `the source of ${call}`, 'rows that were checked, as rowsOf() of openSnapshot gives them');
  if (typeof sink?.file !== 'function' || typeof sink.lines !== 'function')
    throw wrongKind(sink, `the sink of ${call}`, 'a TreeSink, such as a StagedTree');
  return givenOptions(call, options, known);
}

function givenOptions<Options extends GivenOptions>(
  call: string,
  options: Options,
  known: OptionNames<Options>,
): Options {
  const { warn, scratch } = givenFields(givenObject(options, `the options of ${call}`), known, call, 'option');
  if (typeof warn !== 'function') throw wrongKind(warn, `the option "warn" of ${call}`, 'a function');
  if (typeof scratch?.newFile !== 'function')
    throw wrongKind(scratch, `the option "scratch" of ${call}`, 'a ScratchFolder');
  return options;
}
