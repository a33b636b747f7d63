import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complete } from '../../../language-server/ide/completion/index.ts';
import { formatEdit, formatRangeEdits } from '../../../language-server/ide/format.ts';
import { hover } from '../../../language-server/ide/hover.ts';
import { ALL_INLAYS, inlayHints } from '../../../language-server/ide/inlay-hints.ts';
import { documentLinks } from '../../../language-server/ide/links.ts';
import { referencesOf } from '../../../language-server/ide/navigation.ts';
import { analyzeProgram } from '../../../language-server/ide/program.ts';
import { quickFixes } from '../../../language-server/ide/quick-fixes.ts';
import { reviews } from '../../../language-server/ide/reviews.ts';
import { semanticTokens } from '../../../language-server/ide/semantic-tokens.ts';
import { signatureHelp } from '../../../language-server/ide/signature-help.ts';

const documents = [
  `CREATE TABLE orders (id BIGINT, product STRING, r ROW<a INT, b ARRAY<STRING>>, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
SELECT o.product, COUNT(*) AS n FROM orders AS o WHERE o.id > 1 GROUP BY o.product HAVING COUNT(*) > 2;`,
  `CREATE TABLE a (x INT, y STRING, pt AS PROCTIME()) WITH ('connector' = 'datagen');
CREATE VIEW v AS SELECT x, UPPER(y) AS u FROM a;
WITH c AS (SELECT * FROM v) SELECT CASE WHEN c.x IN (1, 2) THEN 'a' ELSE c.u END FROM c LEFT JOIN a ON c.x = a.x;`,
  `CREATE TABLE bids (p INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');
CREATE TABLE out_t (s TIMESTAMP(3), m INT) WITH ('connector' = 'print');
INSERT INTO out_t SELECT window_start, MAX(p) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
EXPLAIN SELECT p, ROW_NUMBER() OVER (PARTITION BY p ORDER BY ts) FROM bids;
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (i, s) WHERE EXISTS (SELECT 1 FROM bids WHERE bids.p = t.i);`,
  `SET 'a' = 'b'; USE default_catalog; SHOW TABLES; DESCRIBE orders; ALTER TABLE orders ADD (z INT); DROP TABLE IF EXISTS orders;
SELECT * FROM orders MATCH_RECOGNIZE (PARTITION BY id ORDER BY ts MEASURES A.id AS i PATTERN (A B+) DEFINE B AS B.id > 1);
EXECUTE STATEMENT SET BEGIN INSERT INTO x SELECT 1; END;`,
];

const snippet = fc.constantFrom(
  ...[
    ...'()[]<>,;.\'`"-+*/=!{}:\\|?\n',
    ' FROM ',
    ' SELECT ',
    ' WHERE ',
    ' JOIN ',
    ' OVER (',
    ' AS ',
    ' NULL ',
    '/*',
    '--',
    '1e',
    '\u{1F600}',
  ],
);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const mutation = fc.tuple(fc.constantFrom('cut', 'insert', 'swap', 'repeat', 'end'), share, fc.nat(40), snippet);

function mutate(text: string, mutations: readonly (readonly [string, number, number, string])[]): string {
  return mutations.reduce((source, [kind, where, length, inserted]) => {
    const at = Math.floor(where * source.length);
    const piece = source.slice(at, at + length);
    switch (kind) {
      case 'cut':
        return source.slice(0, at) + source.slice(at + length);
      case 'insert':
        return source.slice(0, at) + inserted + source.slice(at);
      case 'swap':
        return source.slice(0, at) + source.slice(at + length, at + 2 * length) + piece + source.slice(at + 2 * length);
      case 'repeat':
        return source.slice(0, at) + piece + piece + source.slice(at + length);
      default:
        return source.slice(0, Math.max(at, source.length - length));
    }
  }, text);
}

describe('documents in the middle of an edit', () => {
  it('never throw, and every range lies inside of the text', () => {
    const inside = (text: string, start: number, end: number) =>
      expect(start >= 0 && start <= end && end <= text.length, `${start}-${end} of ${JSON.stringify(text)}`).toBe(true);
    fc.assert(
      fc.property(
        fc.constantFrom(...documents),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.array(share, { minLength: 3, maxLength: 3 }),
        (document, mutations, places) => {
          const text = mutate(document, mutations);
          const [analyzed] = analyzeProgram([{ id: 'a', text }]);
          if (analyzed === undefined) throw new Error('no analysis');
          for (const { start, end } of analyzed.diagnostics) inside(text, start, end);
          for (const { start, end } of reviews(analyzed)) inside(text, start, end);
          let last = 0;
          for (const { start, end } of semanticTokens(analyzed)) {
            inside(text, start, end);
            expect(start).toBeGreaterThanOrEqual(last);
            last = end;
          }
          for (const { start, end } of documentLinks(analyzed)) inside(text, start, end);
          for (const { offset } of inlayHints(analyzed, ALL_INLAYS)) inside(text, offset, offset);
          for (const place of places) {
            const offset = Math.floor(place * (text.length + 1));
            complete(analyzed, offset);
            const shown = hover(analyzed, offset);
            if (shown) inside(text, shown.start, shown.end);
            for (const { start, end } of referencesOf([analyzed], 'a', offset)) inside(text, start, end);
            for (const { edits } of quickFixes(analyzed, offset, offset))
              for (const { start, end } of edits) inside(text, start, end);
            signatureHelp(analyzed, offset);
            formatRangeEdits(text, offset, offset);
          }
          formatEdit(text, true);
        },
      ),
      { numRuns: 800 },
    );
  }, 60_000);
});
