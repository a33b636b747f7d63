import { describe, expect, it } from 'vitest';
import {
  builtInFunctions,
  findBuiltIn,
  idOfListedName,
  listedFunctionNames,
  tableApiNames,
} from '../../../flink-sql/functions/catalogue.ts';
import { matchers } from '../../../flink-sql/functions/matchers.ts';

describe('function catalogue', () => {
  it('has each SQL name once', () => {
    const names = builtInFunctions.flatMap((definition) => definition.names);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names.filter((name) => name !== name.toUpperCase())).toEqual([]);
  });

  it('finds names in any case', () => {
    expect(findBuiltIn('char_length')?.id).toBe('CHAR_LENGTH');
    expect(findBuiltIn('nosuch')).toBeUndefined();
  });

  it('knows every family that a signature names', () => {
    const families = builtInFunctions
      .filter(({ kind }) => kind === 'scalar' || kind === 'aggregate')
      .flatMap(({ signatures }) => signatures.flatMap(({ parameters }) => parameters.map(({ family }) => family)));
    expect([...new Set(families)].filter((family) => !(family in matchers))).toEqual([]);
  });

  it('documents every function in a line', () => {
    expect(builtInFunctions.filter(({ doc }) => doc === '' || doc.includes('\n'))).toEqual([]);
  });

  it('accounts for every name that SHOW FUNCTIONS lists', () => {
    const unknown = listedFunctionNames.filter(
      (name) => idOfListedName(name) === undefined && !tableApiNames.has(name),
    );
    expect(unknown).toEqual([]);
  });
});
