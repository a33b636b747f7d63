/** Source texts of a new Java function of each kind; `NAME` is the class, `SQL` the function. */
export interface JavaSources {
  readonly imports: readonly string[];
  readonly body: string;
  readonly testImports: readonly string[];
  readonly testBody: string;
}

const EQUALS = 'static org.junit.jupiter.api.Assertions.assertEquals';
const NULL = 'static org.junit.jupiter.api.Assertions.assertNull';
const COLLECTOR = 'org.apache.flink.api.common.functions.util.ListCollector';
const FUNCTIONS = 'org.apache.flink.table.functions';
const HINTS = 'org.apache.flink.table.annotation';

export const JAVA_KINDS = ['scalar', 'table', 'aggregate', 'async', 'process'] as const;
export type JavaKind = (typeof JAVA_KINDS)[number];

export const javaSources: Readonly<Record<JavaKind, JavaSources>> = {
  scalar: {
    imports: [`${FUNCTIONS}.ScalarFunction`],
    body: `/** SELECT SQL(name, count) FROM ... */
public class NAME extends ScalarFunction {

    /** The types of SQL are those of the parameters; an argument is null where SQL has NULL. */
    public String eval(String text, Long count) {
        if (text == null || count == null) {
            return null;
        }
        return text.trim().toUpperCase() + "-" + count;
    }
}`,
    testImports: [EQUALS, NULL],
    testBody: `    private final NAME function = new NAME();

    @Test
    void joinsTextAndCount() {
        assertEquals("ANVIL-3", function.eval(" anvil ", 3L));
    }

    @Test
    void nullStaysNull() {
        assertNull(function.eval(null, 3L));
        assertNull(function.eval("anvil", null));
    }`,
  },
  table: {
    imports: [
      `${HINTS}.DataTypeHint`,
      `${HINTS}.FunctionHint`,
      `${FUNCTIONS}.TableFunction`,
      'org.apache.flink.types.Row',
    ],
    body: `/** SELECT ... FROM t, LATERAL TABLE(SQL(t.line)) AS w(word, length) */
@FunctionHint(output = @DataTypeHint("ROW<word STRING, length INT>"))
public class NAME extends TableFunction<Row> {

    /** Every collect() is a row. */
    public void eval(String line) {
        if (line == null || line.isBlank()) {
            return;
        }
        for (String word : line.trim().split("\\\\s+")) {
            collect(Row.of(word, word.length()));
        }
    }
}`,
    testImports: ['java.util.ArrayList', 'java.util.List', COLLECTOR, 'org.apache.flink.types.Row', EQUALS],
    testBody: `    private final List<Row> rows = new ArrayList<>();

    @Test
    void everyWordIsARow() {
        evaluate("an anvil");
        assertEquals(List.of(Row.of("an", 2), Row.of("anvil", 5)), rows);
    }

    @Test
    void nothingGivesNoRow() {
        evaluate(null);
        assertEquals(List.of(), rows);
    }

    private void evaluate(String line) {
        NAME function = new NAME();
        function.setCollector(new ListCollector<>(rows));
        function.eval(line);
    }`,
  },
  aggregate: {
    imports: [`${FUNCTIONS}.AggregateFunction`],
    body: `/** SELECT SQL(price, quantity) FROM ... GROUP BY ... */
public class NAME extends AggregateFunction<Double, NAME.Accumulator> {

    /** What is kept for every group. */
    public static class Accumulator {
        public double sum;
        public long weight;
    }

    @Override
    public Accumulator createAccumulator() {
        return new Accumulator();
    }

    @Override
    public Double getValue(Accumulator accumulator) {
        return accumulator.weight == 0 ? null : accumulator.sum / accumulator.weight;
    }

    public void accumulate(Accumulator accumulator, Double value, Long weight) {
        if (value != null && weight != null) {
            accumulator.sum += value * weight;
            accumulator.weight += weight;
        }
    }

    /** Takes a row back: needed where the input changes (a changelog, OVER). */
    public void retract(Accumulator accumulator, Double value, Long weight) {
        if (value != null && weight != null) {
            accumulator.sum -= value * weight;
            accumulator.weight -= weight;
        }
    }

    /** Joins groups: needed for session windows and two-phase aggregation. */
    public void merge(Accumulator accumulator, Iterable<Accumulator> others) {
        for (Accumulator other : others) {
            accumulator.sum += other.sum;
            accumulator.weight += other.weight;
        }
    }
}`,
    testImports: ['java.util.List', EQUALS, NULL],
    testBody: `    private final NAME function = new NAME();

    @Test
    void weighsEveryRow() {
        NAME.Accumulator accumulator = function.createAccumulator();
        function.accumulate(accumulator, 10.0, 1L);
        function.accumulate(accumulator, 20.0, 3L);
        function.accumulate(accumulator, null, 3L);
        assertEquals(17.5, function.getValue(accumulator));
        function.retract(accumulator, 10.0, 1L);
        assertEquals(20.0, function.getValue(accumulator));
    }

    @Test
    void noRowsGiveNull() {
        assertNull(function.getValue(function.createAccumulator()));
    }

    @Test
    void groupsAreMerged() {
        NAME.Accumulator left = function.createAccumulator();
        function.accumulate(left, 10.0, 1L);
        NAME.Accumulator right = function.createAccumulator();
        function.accumulate(right, 20.0, 1L);
        function.merge(left, List.of(right));
        assertEquals(15.0, function.getValue(left));
    }`,
  },
  async: {
    imports: ['java.util.concurrent.CompletableFuture', `${FUNCTIONS}.AsyncScalarFunction`],
    body: `/** SELECT SQL(name) FROM ...: many calls are under way at once (table.exec.async-scalar.*). */
public class NAME extends AsyncScalarFunction {

    /** Must not block: the future is completed by whoever has the answer. */
    public void eval(CompletableFuture<String> result, String name) {
        CompletableFuture.supplyAsync(() -> name == null ? null : "Hello, " + name)
                .whenComplete(
                        (value, error) -> {
                            if (error != null) {
                                result.completeExceptionally(error);
                            } else {
                                result.complete(value);
                            }
                        });
    }
}`,
    testImports: ['java.util.concurrent.CompletableFuture', 'java.util.concurrent.TimeUnit', EQUALS],
    testBody: `    @Test
    void completesTheFuture() throws Exception {
        CompletableFuture<String> result = new CompletableFuture<>();
        new NAME().eval(result, "Ada");
        assertEquals("Hello, Ada", result.get(10, TimeUnit.SECONDS));
    }`,
  },
  process: {
    imports: [
      'java.time.Duration',
      'java.time.Instant',
      `${HINTS}.ArgumentHint`,
      `${HINTS}.ArgumentTrait`,
      `${HINTS}.DataTypeHint`,
      `${HINTS}.StateHint`,
      `${FUNCTIONS}.ProcessTableFunction`,
      'org.apache.flink.types.Row',
    ],
    body: `/** SELECT * FROM SQL(input => TABLE t PARTITION BY name, on_time => DESCRIPTOR(ts), uid => 'SQL'): Flink 2.1 and later. */
@DataTypeHint("ROW<message STRING>")
public class NAME extends ProcessTableFunction<Row> {

    /** Kept for every partition, part of checkpoints. */
    public static class Seen {
        public long rows = 0L;
    }

    /** Counts the rows of a partition; a timer tells of one that has been quiet for a minute. */
    public void eval(
            Context context,
            @StateHint Seen seen,
            @ArgumentHint({ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.REQUIRE_ON_TIME}) Row input) {
        TimeContext<Instant> time = context.timeContext(Instant.class);
        time.registerOnTime("quiet", time.time().plus(Duration.ofMinutes(1)));
        collect(Row.of(add(seen)));
    }

    public void onTimer(OnTimerContext context, Seen seen) {
        collect(Row.of("quiet after " + seen.rows));
        context.clearAllState();
    }

    static String add(Seen seen) {
        seen.rows++;
        return "row " + seen.rows;
    }
}`,
    testImports: [EQUALS],
    testBody: `    @Test
    void countsRows() {
        NAME.Seen seen = new NAME.Seen();
        assertEquals("row 1", NAME.add(seen));
        assertEquals("row 2", NAME.add(seen));
        assertEquals(2, seen.rows);
    }`,
  },
};
