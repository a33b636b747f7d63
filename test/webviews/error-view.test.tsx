import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ErrorView } from '../../webviews/results/error-view.tsx';
import { styles } from '../../webviews/results/styles.ts';

test("Flink's words first, the parser's list and the trace folded", () => {
  const html = renderToStaticMarkup(
    <ErrorView
      error={{
        message: 'ParseException: Encountered "<EOF>" at line 1, column 6.\nWas expecting one of:\n    "ALL" ...',
        place: { line: 3, column: 7, endLine: 3, endColumn: 7 },
        causes: [
          { className: 'ParseException', message: 'Encountered' },
          { className: 'SqlParserException', message: 'SQL parse failed.' },
        ],
        trace: 'at <x>',
      }}
    />,
  );
  expect(html).toContain(
    '<pre class="mr-words" data-testid="error-message">ParseException: Encountered &quot;&lt;EOF&gt;&quot; at line 1, column 6.</pre>',
  );
  expect(html).toContain('line 3, column 7');
  expect(html.indexOf('What the parser expected')).toBeGreaterThan(html.indexOf('error-place'));
  expect(html).toContain('<b>SqlParserException</b> SQL parse failed.');
  expect(html).toContain('at &lt;x&gt;');
  expect(html).not.toContain('<details open');
});

test('an error of a few words is a few words', () => {
  const html = renderToStaticMarkup(<ErrorView error={{ message: 'down', causes: [] }} />);
  expect(html).not.toContain('details');
});

test('colours come from the theme only', () => {
  expect(styles).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(|hsl/i);
});
