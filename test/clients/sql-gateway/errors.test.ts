import { describe, expect, test } from 'vitest';
import { errorFromAnswer, parseTrace, placeOf } from '../../../clients/sql-gateway/errors.ts';

const VALIDATION = `<Exception on server side:
org.apache.flink.table.gateway.service.utils.SqlExecutionException: Failed to execute the operation 1234.
\tat org.apache.flink.table.gateway.service.operation.OperationManager$Operation.processThrowable(OperationManager.java:414)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: org.apache.flink.table.api.ValidationException: SQL validation failed. From line 2, column 3 to line 2, column 8: Column 'userid' not found in any table; did you mean 'user_id'?
\tat org.apache.flink.table.planner.calcite.FlinkPlannerImpl.org$apache$flink$table$planner$calcite$FlinkPlannerImpl$$validate(FlinkPlannerImpl.scala:200)
\t... 7 more
Caused by: org.apache.calcite.runtime.CalciteContextException: From line 2, column 3 to line 2, column 8: Column 'userid' not found in any table; did you mean 'user_id'?
\tat jdk.internal.reflect.GeneratedConstructorAccessor.newInstance(Unknown Source)
Caused by: org.apache.calcite.sql.validate.SqlValidatorException: Column 'userid' not found in any table; did you mean 'user_id'?
\t... 30 more

End of exception on server side>`;

describe('errors of a gateway', () => {
  test('the innermost cause speaks, the place comes from wherever it is', () => {
    const error = errorFromAnswer(500, ['Internal server error.', VALIDATION], 'h:1');
    expect(error.message).toBe(
      "SqlValidatorException: Column 'userid' not found in any table; did you mean 'user_id'?",
    );
    expect(error.place).toEqual({ line: 2, column: 3, endLine: 2, endColumn: 8 });
    expect(error.causes.map((c) => c.className)).toEqual([
      'SqlValidatorException',
      'CalciteContextException',
      'ValidationException',
      'SqlExecutionException',
    ]);
    expect(error.trace).toBe(VALIDATION);
    expect(error.kind).toBe('sql');
  });

  test('messages of several lines stay whole, even with lines that look like throwables', () => {
    const causes = parseTrace(`a.b.OuterException: Unable to create a source.

Table options are:

'connector'='kafka'
'topic'='t'
\tat x.Y.z(Y.java:1)
Caused by: a.b.ValidationException: One or more required options are missing.

Missing required options are:

properties.bootstrap.servers
java.lang.Error: not a cause
\tat x.Y.z(Y.java:2)
\t... 3 more`);
    expect(causes).toEqual([
      {
        className: 'ValidationException',
        qualifiedName: 'a.b.ValidationException',
        message:
          'One or more required options are missing.\n\nMissing required options are:\n\nproperties.bootstrap.servers\njava.lang.Error: not a cause',
      },
      {
        className: 'OuterException',
        qualifiedName: 'a.b.OuterException',
        message: "Unable to create a source.\n\nTable options are:\n\n'connector'='kafka'\n'topic'='t'",
      },
    ]);
  });

  test('a cause without words gives the floor to the one outside', () => {
    const error = errorFromAnswer(
      500,
      [
        '<Exception on server side:\na.SqlException: no disk\n\tat x.Y.z(Y.java:1)\nCaused by: java.lang.NullPointerException\n\tat x.Y.z(Y.java:1)\n',
      ],
      'h',
    );
    expect(error.message).toBe('SqlException: no disk');
    expect(error.causes.map((c) => c.className)).toEqual(['NullPointerException', 'SqlException']);
  });

  test('a row that cannot be read is named before the reason', () => {
    const trace = `<Exception on server side:
java.lang.RuntimeException: One or more fetchers have encountered exception
\tat org.apache.flink.A.b(A.java:1)
Caused by: java.io.IOException: Failed to deserialize JSON '{"id":2,"n":'.
\tat org.apache.flink.A.b(A.java:1)
Caused by: java.lang.RuntimeException: Fail to deserialize at field: n.
\t... 6 more
Caused by: com.fasterxml.jackson.core.io.JsonEOFException: Unexpected end-of-input
\t... 12 more

End of exception on server side>`;
    expect(errorFromAnswer(500, ['Internal server error.', trace], 'h:1').message).toBe(
      `Failed to deserialize JSON '{"id":2,"n":'. JsonEOFException: Unexpected end-of-input`,
    );
  });

  test('text without a trace is the message', () => {
    expect(errorFromAnswer(400, ['Unable to read JSON'], 'h').message).toBe('Unable to read JSON');
    expect(errorFromAnswer(500, [], 'h').message).toBe('HTTP 500');
  });

  test.each([
    ['SQL parse failed. Encountered "FROM" at line 3, column 8.\nWas expecting one of:', [3, 8, 3, 8]],
    ['Lexical error at line 1, column 13.  Encountered: "#"', [1, 13, 1, 13]],
    ['From line 1, column 2 to line 3, column 4: x', [1, 2, 3, 4]],
    ['At line 1, column 10: No match found for function signature foo()', [1, 10, 1, 10]],
  ])('place of %s', (text, [line, column, endLine, endColumn]) => {
    expect(placeOf(['no place', text])).toEqual({ line, column, endLine, endColumn });
  });
  test('no place', () => expect(placeOf(['Table online, column full'])).toBeUndefined());
});
