import { describe, expect, it } from 'vitest';
import { compileExpression, type FakerContext } from '../../../local-runtime/connectors/faker/expression.ts';
import { libraryOfNames } from '../../../local-runtime/connectors/faker/library.ts';
import { namePaths } from '../../../local-runtime/connectors/faker/names.ts';
import { randomOf } from '../../../local-runtime/connectors/random.ts';
import { runLocally } from '../../harness/local-sql.ts';

const NOW = Date.UTC(2024, 5, 1);
const context = (seed = 7): FakerContext => ({
  random: randomOf(seed),
  now: () => NOW,
  named: libraryOfNames(seed),
});

describe('faker expressions', () => {
  it.each<[string, RegExp]>([
    ['plain', /^plain$/],
    ["#{number.numberBetween '1','10'}", /^[1-9]$/],
    ["#{number.numberBetween '-5', '-4'}", /^-5$/],
    ["#{Number.random_double '2','1','5'}", /^[1-4]\.\d\d$/],
    ["#{regexify '(a|b){1}'}", /^[ab]$/],
    ["#{regexify '(ACME|Foo-[0-9]{2,3}|x?y+)'}", /^(ACME|Foo-\d{2,3}|x?y+)$/],
    ["#{regexify '[a-cX_]{5}\\d\\.\\w'}", /^[a-cX_]{5}\d\.\w$/],
    ["#{Options.option 'new','paid','sent'}", /^(new|paid|sent)$/],
    ["#{numerify '##-#'} #{letterify '??'} #{bothify '#?'}", /^\d\d-\d [a-z]{2} \d[a-z]$/],
    ["#{date.past '15','SECONDS'}", /^2024-05-31 23:59:(4[5-9]|5\d)\.\d{3}$/],
    ["#{date.past '2','1','DAYS'}", /^2024-05-(30|31) \d\d:\d\d:\d\d\.\d{3}$/],
    ["#{date.future '1','HOURS'}", /^2024-06-01 00:\d\d:\d\d\.\d{3}$/],
    ['#{Name.fullName}', /^\S+ .+$/],
    ['#{Name.first_name}, #{name.lastName}', /^[^,]+, [^,]+$/],
    ['#{Internet.publicIpV4Address}', /^\d+\.\d+\.\d+\.\d+$/],
    ['#{internet.uuid}', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['#{harry_potter.spell}', /^[A-Z]/],
    ['#{bool.bool}', /^(true|false)$/],
  ])('%s', (expression, expected) => {
    const template = compileExpression(expression);
    const using = context();
    for (let i = 0; i < 50; i++) expect(template(using)).toMatch(expected);
  });

  it.each([
    '#{nosuch.thing}',
    '#{name.fullName',
    "#{date.past '1','YEARS'}",
    "#{regexify '(a'}",
    '#{number.numberBetween}',
    '#{options.option}',
  ])('refuses %s', (expression) => expect(() => compileExpression(expression)).toThrow());

  it('knows every name that it promises', () => {
    const { named } = context();
    for (const path of namePaths().values()) expect(named(path)).not.toBe('');
  });

  it('is the same for a seed', () => {
    const texts = (seed: number) => {
      const template = compileExpression("#{Name.fullName} #{number.numberBetween '0','1000000'}");
      const using = context(seed);
      return [template(using), template(using)];
    };
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
  });
});

describe('faker tables', () => {
  const rows = async (text: string) => {
    const results = await runLocally(text);
    const failed = results.find(({ error }) => error !== undefined);
    if (failed) throw new Error(failed.error);
    return results.at(-1)?.rows ?? [];
  };
  const failure = async (column: string, options: string) =>
    (await runLocally(`CREATE TABLE t (${column}) WITH ('connector' = 'faker'${options}); SELECT * FROM t;`)).at(-1)
      ?.error;

  it('give rows of all types, the same for a seed', async () => {
    const text = `SET 'millrace.seed' = '42';
      CREATE TABLE t (id INT, n DECIMAL(8, 2), d DOUBLE, ok BOOLEAN, ts TIMESTAMP(3), born DATE, tags ARRAY<STRING>,
        m MAP<STRING, INT>, person ROW<name STRING, age INT>, maybe STRING) WITH ('connector' = 'faker', 'number-of-rows' = '200', 'rows-per-second' = '1000000',
        'fields.id.expression' = '#{number.numberBetween ''1'',''1000''}', 'fields.n.expression' = '#{commerce.price}',
        'fields.d.expression' = '#{number.randomDouble ''3'',''0'',''9''}', 'fields.ok.expression' = '#{bool.bool}',
        'fields.ts.expression' = '#{date.between ''2024-01-01'',''2024-01-02''}', 'fields.born.expression' = '#{date.birthday}',
        'fields.tags.expression' = '#{lorem.word}', 'fields.tags.length' = '3',
        'fields.m.key.expression' = '#{letterify ''????????''}', 'fields.m.value.expression' = '#{number.randomDigit}', 'fields.m.length' = '2',
        'fields.person.name.expression' = '#{Name.fullName}', 'fields.person.age.expression' = '#{number.numberBetween ''18'',''80''}',
        'fields.maybe.expression' = 'x', 'fields.maybe.null-rate' = '0.5');
      SELECT id, n, ok, ts, tags, CARDINALITY(tags), CARDINALITY(m), person.name, person.age, maybe FROM t;`;
    const first = await rows(text);
    expect(first).toHaveLength(200);
    expect(first.every((row) => /^2024-01-01 /.test(row[4] ?? '') && row[6] === '3' && row[7] === '2')).toBe(true);
    const nulls = first.filter((row) => row[10] === null).length;
    expect(nulls).toBeGreaterThan(60);
    expect(nulls).toBeLessThan(140);
    expect(await rows(text)).toEqual(first);
  });

  it('are found by any key', async () => {
    const text = `CREATE TABLE dim (id INT, name STRING) WITH ('connector' = 'faker', 'fields.id.expression' = '1', 'fields.name.expression' = 'n#{number.randomDigit}');
      CREATE VIEW o AS SELECT id, PROCTIME() AS p FROM (VALUES (3), (40)) AS v(id);
      SELECT o.id, d.id, d.name IS NOT NULL FROM o JOIN dim FOR SYSTEM_TIME AS OF o.p AS d ON o.id = d.id;`;
    expect(await rows(text)).toEqual([
      ['+I', '3', '3', 'TRUE'],
      ['+I', '40', '40', 'TRUE'],
    ]);
  });

  it.each([
    ['a INT', '', 'Every column needs a corresponding expression. No expression found for a.'],
    ['a INT', ",'fields.a.expression' = '#{nosuch.thing}'", 'Unable to resolve #{nosuch.thing} directive.'],
    [
      'a INT',
      ",'fields.a.expression' = '1','fields.a.null-rate'='2'",
      'Null rate needs to be in [0,1]. Null rate of a is 2',
    ],
    [
      'a INT',
      ",'fields.a.expression' = '1','fields.a.length'='2'",
      'Collection length may not be set for  a with type INTEGER',
    ],
    ['a BYTES', '', 'columns are supported by Faker TableSource. a is VARBINARY.'],
    ['a INT', ",'fields.a.expression' = '1','foo'='2'", "Unsupported options found for 'faker'"],
    ['a INT', ",'fields.a.expression' = 'x'", 'For input string: "x"'],
  ])('refuse %s %s', async (column, options, message) => {
    expect(await failure(column, options)).toContain(message);
  });
});

it('datagen is the same for a seed', async () => {
  const text = `SET 'millrace.seed' = '5'; CREATE TABLE t (a INT, s STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '3'); SELECT * FROM t;`;
  const [one, two] = [await runLocally(text), await runLocally(text)];
  expect(one.at(-1)?.rows).toHaveLength(3);
  expect(two.at(-1)).toEqual(one.at(-1));
});
