import { DESCRIPTION_JSON } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import type { EncodeContext } from '../encode/encode-context.ts';
import { orderedByName } from '../layout/stored-value.ts';
import type { AttributeDefinition, IndexSchema, KeySchema, TableSchema } from '../layout/table-message.ts';
import { checkSchema } from '../sense/schema-sense.ts';
import { tableFolderName } from './key-names.ts';
import { FORMAT_VERSION } from './schema-json.ts';

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * The schema of a table folder. Throws DataError with path, and with line and column where there is a place to point to.
 * docs/format/04-dynamodb.md, section 9.2.
 *
 * @param folder name of the table's folder, a byte string.
 */
export function readSchema(context: EncodeContext, path: string, folder: string): TableSchema {
  const { tree, reader } = context;
  reader.reset(tree.display(path), tree.read(path, DESCRIPTION_JSON));
  const start = reader.mark();
  const keyTypes: AttributeDefinition[] = [];
  const schema = new SchemaReader(context, path, keyTypes).read();
  reader.end();
  if (!schema.hasVersion) reader.failAtMark(start, `"format_version" is missing, it must be ${FORMAT_VERSION}`);
  if (schema.name.length === 0) reader.failAtMark(start, '"table_name" must not be missing or empty');
  if (schema.hashKey.length === 0) reader.failAtMark(start, 'the name of "hash_key" must not be missing or empty');
  const wanted = tableFolderName(schema.name);
  if (wanted === folder) {
    checkSchema(schema, keyTypes, tree.display(path), context.findings);
    return schema;
  }
  throw new DataError(
    `${tree.display(path)}: the table ${JSON.stringify(schema.name.toString())} belongs into a folder named ${wanted}; rename the folder, or correct "table_name"`,
  );
}

/** Fields in any order; `null` is as good as absent; names that mean nothing are counted. */
class SchemaReader {
  readonly #context: EncodeContext;
  readonly #path: string;
  /** Key attributes with the types that stand beside them. */
  readonly #keyTypes: AttributeDefinition[];

  constructor(context: EncodeContext, path: string, keyTypes: AttributeDefinition[]) {
    this.#context = context;
    this.#path = path;
    this.#keyTypes = keyTypes;
  }

  read(): TableSchema & { readonly hasVersion: boolean } {
    let hasVersion = false;
    let name = NOTHING;
    let keys: KeySchema = { hashKey: NOTHING, rangeKey: NOTHING };
    let definitions: AttributeDefinition[] = [];
    let indexes: IndexSchema[] = [];
    this.#object('the schema', (field) => {
      if (field === 'format_version') hasVersion = this.#version();
      else if (field === 'table_name') name = this.#text(field);
      else if (field === 'primary_key') keys = this.#keys(field);
      else if (field === 'attribute_definitions') definitions = this.#named(field, () => this.#definition());
      else if (field === 'global_secondary_indexes') indexes = this.#named(field, () => this.#index());
      else this.#skip(field);
    });
    return { hasVersion, name, ...keys, definitions: orderedByName(definitions), indexes: orderedByName(indexes) };
  }

  #version(): boolean {
    const { reader } = this.#context;
    const version = reader.integer('"format_version"', 0n, 2n ** 32n - 1n);
    if (version !== BigInt(FORMAT_VERSION))
      reader.fail(`"format_version" is ${version}, this version of ekv reads ${FORMAT_VERSION}`);
    return true;
  }

  #keys(what: string): KeySchema {
    let hashKey = NOTHING;
    let rangeKey = NOTHING;
    this.#object(`"${what}"`, (field) => {
      if (field === 'hash_key') hashKey = this.#key(field);
      else if (field === 'range_key') rangeKey = this.#key(field);
      else this.#skip(field);
    });
    return { hashKey, rangeKey };
  }

  #key(what: string): Buffer {
    const key = this.#nameAndType(what);
    this.#keyTypes.push(key);
    return key.name;
  }

  #definition(): AttributeDefinition {
    return this.#nameAndType('attribute_definitions');
  }

  #nameAndType(what: string): AttributeDefinition {
    let name = NOTHING;
    let type = NOTHING;
    this.#object(`"${what}"`, (field) => {
      if (field === 'name') name = this.#text(field);
      else if (field === 'type') type = this.#text(field);
      else this.#skip(field);
    });
    return { name, type };
  }

  #index(): IndexSchema {
    let name = NOTHING;
    let keys: KeySchema = { hashKey: NOTHING, rangeKey: NOTHING };
    let projection = NOTHING;
    let nonKeyAttributes: Buffer[] = [];
    this.#object('an index', (field) => {
      if (field === 'name') name = this.#text(field);
      else if (field === 'key_schema') keys = this.#keys(field);
      else if (field !== 'projection') this.#skip(field);
      else
        this.#object('"projection"', (part) => {
          if (part === 'type') projection = this.#text(part);
          else if (part === 'non_key_attributes') nonKeyAttributes = this.#list(part, () => this.#text(part));
          else this.#skip(part);
        });
    });
    return { name, ...keys, projection, nonKeyAttributes };
  }

  /** A list of things whose names differ. */
  #named<T extends { readonly name: Buffer }>(what: string, read: () => T): T[] {
    const { reader } = this.#context;
    const seen = new Set<string>();
    return this.#list(what, () => {
      const start = reader.mark();
      const element = read();
      const name = element.name.toString();
      if (seen.has(name)) reader.failAtMark(start, `"${what}" has the name ${JSON.stringify(name)} twice`);
      seen.add(name);
      return element;
    });
  }

  #list<T>(what: string, read: () => T): T[] {
    const { reader } = this.#context;
    const elements: T[] = [];
    if (!reader.takeNull()) reader.array(() => elements.push(read()), `"${what}"`);
    return elements;
  }

  #object(what: string, onField: (field: string) => void): void {
    const { reader } = this.#context;
    // A null of a field is absent: nothing is asked of it.
    if (what !== 'the schema' && reader.takeNull()) return;
    reader.object((field) => {
      if (!reader.takeNull()) onField(field);
    }, what);
  }

  /** A copy: the file's bytes are gone when its items are read. */
  #text(what: string): Buffer {
    return Buffer.from(this.#context.reader.stringBytes(`"${what}"`));
  }

  #skip(field: string): void {
    this.#context.unknownFields.add(field, this.#context.tree.display(this.#path));
    this.#context.reader.skip();
  }
}
