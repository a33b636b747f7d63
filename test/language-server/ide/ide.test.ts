import { describe, expect, it } from 'vitest';
import { complete } from '../../../language-server/ide/completion/index.ts';
import { hover } from '../../../language-server/ide/hover.ts';
import { analyzeProgram } from '../../../language-server/ide/program.ts';

const ORDERS = `CREATE TABLE orders (
  id BIGINT, product STRING, amount DECIMAL(10, 2), address ROW<street STRING, zip INT>, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');`;

/** Texts of a program; `|` in the last one is the cursor. */
function at(...texts: string[]) {
  const marked = texts.at(-1) as string;
  const offset = marked.indexOf('|');
  const clean = offset < 0 ? marked : marked.slice(0, offset) + marked.slice(offset + 1);
  const analyzed = analyzeProgram([...texts.slice(0, -1), clean].map((text, i) => ({ id: `cell${i}`, text })));
  const last = analyzed.at(-1);
  if (!last) throw new Error('no text');
  return { offset, text: last, faults: last.diagnostics.map((d) => `${clean.slice(d.start, d.end)} → ${d.message}`) };
}

describe('diagnostics', () => {
  it('knows tables of earlier cells', () => {
    expect(at(ORDERS, 'SELECT product, SUM(amount) FROM orders GROUP BY product').faults).toEqual([]);
  });
  it('marks a misspelt column with Flink’s words', () => {
    expect(at(ORDERS, 'SELECT id, prodct FROM orders').faults).toEqual([
      "prodct → Column 'prodct' not found in any table",
    ]);
  });
  it('marks an unknown table', () => {
    expect(at(ORDERS, 'SELECT * FROM ordrs').faults).toEqual(["ordrs → Object 'ordrs' not found"]);
  });
  it('goes on after a broken statement', () => {
    const { faults } = at(ORDERS, 'SELECT FROM orders;\nSELECT nope FROM orders;');
    expect(faults.length).toBe(2);
    expect(faults[1]).toMatch(/^nope → Column 'nope' not found/);
  });
  it('says nothing bad about a table that is made again', () => {
    const again = at(ORDERS, ORDERS).text.diagnostics;
    expect(again.map((d) => d.severity)).toEqual(['information']);
  });
});

describe('completion', () => {
  const labels = (...texts: string[]) => {
    const { text, offset } = at(...texts);
    return complete(text, offset).map((i) => i.label);
  };
  it('gives columns before FROM is finished reading', () => {
    expect(labels(ORDERS, 'SELECT | FROM orders')).toEqual(
      expect.arrayContaining(['id', 'product', 'amount', 'orders', 'COUNT']),
    );
  });
  it('gives columns of an alias', () => {
    expect(labels(ORDERS, 'SELECT o.| FROM orders AS o')).toEqual(['id', 'product', 'amount', 'address', 'ts']);
  });
  it('gives fields of a row', () => {
    expect(labels(ORDERS, 'SELECT address.| FROM orders')).toEqual(['street', 'zip']);
  });
  it('gives tables after FROM', () => {
    const got = labels(ORDERS, 'CREATE VIEW big AS SELECT * FROM orders WHERE amount > 10', 'SELECT * FROM |');
    expect(got).toEqual(expect.arrayContaining(['orders', 'big']));
    expect(got).not.toContain('amount');
  });
  it('gives keywords that can follow', () => {
    expect(labels(ORDERS, 'SELECT id FROM orders |')).toEqual(expect.arrayContaining(['WHERE', 'GROUP', 'JOIN']));
    expect(labels('|')).toEqual(expect.arrayContaining(['SELECT', 'CREATE', 'INSERT']));
  });
});

describe('hover', () => {
  const shown = (...texts: string[]) => {
    const { text, offset } = at(...texts);
    return hover(text, offset)?.markdown ?? '';
  };
  it('shows the type of a column', () => {
    expect(shown(ORDERS, 'SELECT am|ount FROM orders')).toContain('amount DECIMAL(10, 2)');
    expect(shown(ORDERS, 'SELECT t|s FROM orders')).toContain('event time');
    expect(shown(ORDERS, 'SELECT o.address.z|ip FROM orders AS o')).toContain('INT');
  });
  it('shows a table and a function', () => {
    expect(shown(ORDERS, 'SELECT * FROM ord|ers')).toContain('TABLE orders (\n  id BIGINT');
    expect(shown(ORDERS, 'SELECT UP|PER(product) FROM orders')).toContain('UPPER(');
  });
});
