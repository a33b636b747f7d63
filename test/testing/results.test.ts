import { describe, expect, it } from 'vitest';
import { junit, type TestResult } from '../../testing/results.ts';

const place = { start: 0, end: 1 };
const result = (name: string, more: Partial<TestResult> = {}): TestResult => ({
  file: 'a.test.sql',
  name,
  place,
  failures: [],
  milliseconds: 1500,
  ...more,
});

describe('results as JUnit', () => {
  it('has a suite a file, and passed, failed and skipped tests as CI servers read them', () => {
    const failures = [{ message: 'Expected <1> & "2".', place }];
    const results = [
      result('passes'),
      result('fails', { failures }),
      result('says why it is skipped', { skipped: ['a cluster cannot', 'nor this'], isSkipped: true }),
      result('skipped in part', { skipped: ['a cluster cannot'] }),
      result('of another file\u0001', { file: 'b.test.sql', milliseconds: 0 }),
    ];
    const lines = junit(results, (file, { start }) => `${file}:${start + 1}:1`).split('\n');
    expect(lines).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites tests="5" failures="1" time="6.000">',
      '  <testsuite name="a.test.sql" tests="4" failures="1" time="6.000">',
      '    <testcase name="passes" classname="a.test.sql" time="1.500"/>',
      '    <testcase name="fails" classname="a.test.sql" time="1.500">',
      '      <failure message="Expected &lt;1&gt; &amp; &quot;2&quot;.">a.test.sql:1:1',
      'Expected &lt;1&gt; &amp; &quot;2&quot;.</failure>',
      '    </testcase>',
      '    <testcase name="says why it is skipped" classname="a.test.sql" time="1.500">',
      '      <skipped message="a cluster cannot; nor this"/>',
      '    </testcase>',
      '    <testcase name="skipped in part" classname="a.test.sql" time="1.500"/>',
      '  </testsuite>',
      '  <testsuite name="b.test.sql" tests="1" failures="0" time="0.000">',
      '    <testcase name="of another file�" classname="b.test.sql" time="0.000"/>',
      '  </testsuite>',
      '</testsuites>',
      '',
    ]);
  });
});
