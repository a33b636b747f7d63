package millrace.udf;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;
import org.apache.flink.table.types.inference.TypeInferenceUtil;

/**
 * An AsyncScalarFunction: a value for each row, in the order of the rows. As many calls are under way as table.exec.async-scalar allows;
 * one that fails is made again after a while, and all tries for a row together have a time limit (AsyncWaitOperator).
 */
final class AsyncScalarInstance extends Instance {
    private final Method eval;
    private final ColumnWriter result;
    private int most;
    private int tries;
    private long pauseNanos;
    private long limitNanos;

    private Object[] values;
    private int finished;
    private Throwable failure;
    private final Set<Row> underWay = new HashSet<>();
    private final PriorityQueue<Row> waiting = new PriorityQueue<>(Comparator.comparingLong((Row each) -> each.again));

    /** A row whose value is not there yet. */
    private static final class Row {
        final int index;
        final long deadline;
        int tried;
        /** When it is tried again. */
        long again;

        Row(int index, long deadline) {
            this.index = index;
            this.deadline = deadline;
        }
    }

    AsyncScalarInstance(Question question, TypeInferenceUtil.Result answer, ClassLoader loader) {
        super(question, answer, loader);
        eval = new Method(question, UserDefinedFunctionHelper.ASYNC_SCALAR_EVAL, argumentTypes, CompletableFuture.class);
        result = new ColumnWriter(answer.getOutputDataType(), loader);
    }

    @Override
    void configure(Map<String, String> settings) {
        most = Integer.parseInt(settings.get("async.most"));
        tries = Integer.parseInt(settings.get("async.tries"));
        pauseNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(settings.get("async.pause")));
        limitNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(settings.get("async.limit")));
    }

    @Override
    void call(ByteBuffer message, ByteSink out) throws Throwable {
        int rows = message.getInt();
        bind(message, rows);
        values = new Object[rows];
        finished = 0;
        failure = null;
        underWay.clear();
        waiting.clear();
        // What other threads answer comes to this one; what comes after a failure goes nowhere.
        LinkedBlockingQueue<Runnable> answers = new LinkedBlockingQueue<>();
        int next = 0;
        while (finished < rows) {
            while (next < rows && underWay.size() < most) {
                Row each = new Row(next++, System.nanoTime() + limitNanos);
                underWay.add(each);
                start(each, answers);
            }
            Runnable answer = answers.poll(untilSomethingIsDue(), TimeUnit.NANOSECONDS);
            if (answer != null) answer.run();
            if (failure != null) throw failure;
            long now = System.nanoTime();
            while (!waiting.isEmpty() && waiting.peek().again - now <= 0) start(waiting.poll(), answers);
            for (Row each : underWay) {
                if (each.deadline - now > 0) continue;
                row = each.index;
                throw new TimeoutException("Async function call has timed out.");
            }
        }
        row = -1;
        result.clear();
        for (Object value : values) result.external(value);
        result.flush(out);
    }

    private long untilSomethingIsDue() {
        long now = System.nanoTime();
        long wait = Long.MAX_VALUE;
        for (Row each : underWay) wait = Math.min(wait, each.deadline - now);
        if (!waiting.isEmpty()) wait = Math.min(wait, waiting.peek().again - now);
        return Math.max(wait, 0);
    }

    private void start(Row each, LinkedBlockingQueue<Runnable> answers) throws Throwable {
        row = each.index;
        each.tried++;
        CompletableFuture<Object> future = new CompletableFuture<>();
        future.whenComplete((value, error) -> answers.add(() -> take(each, value, error)));
        Object[] arguments = arguments(each.index, 1);
        arguments[0] = future;
        eval.call(function, arguments);
    }

    private void take(Row each, Object value, Throwable error) {
        if (error == null) {
            values[each.index] = value;
            underWay.remove(each);
            finished++;
        } else if (each.tried <= tries) {
            each.again = System.nanoTime() + pauseNanos;
            waiting.add(each);
        } else {
            row = each.index;
            failure = error;
        }
    }
}
