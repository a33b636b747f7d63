import { expect, it } from 'vitest';
import { diagnose } from '../../cli/check.ts';

const severities = (text: string): string[] => diagnose(text).map(({ severity, message }) => `${severity}: ${message}`);

it('a call of a function whose signature only its jar knows is no mistake', () => {
  const create = "CREATE TEMPORARY FUNCTION f AS 'functions.F' USING JAR 'f.jar';";
  expect(severities(`${create} SELECT f(1) AS x; SELECT * FROM LATERAL TABLE(f(1)) AS t(x);`)).toEqual([
    'information: The signature of the Java function functions.F is known only where it runs.',
    'information: The signature of the Java function functions.F is known only where it runs.',
  ]);
});

it('one without a jar stays one', () => {
  expect(severities("CREATE FUNCTION f AS 'functions.F'; SELECT f(1) AS x;")).toEqual(['error: functions.F']);
});
