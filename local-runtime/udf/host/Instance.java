package millrace.udf;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInferenceUtil;

/** A function of a job, opened: what all kinds have in common. */
abstract class Instance {
    final UserDefinedFunction function;
    final List<DataType> argumentTypes;
    final ClassLoader loader;
    private final ColumnReader[] readers;
    /** The row that is being worked on, for errors; -1 outside of rows. */
    int row = -1;

    Instance(Question question, TypeInferenceUtil.Result answer, ClassLoader loader) {
        function = question.function;
        argumentTypes = answer.getExpectedArgumentTypes();
        this.loader = loader;
        readers = new ColumnReader[argumentTypes.size()];
        for (int i = 0; i < readers.length; i++) readers[i] = new ColumnReader(argumentTypes.get(i), loader);
    }

    final void open(Map<String, String> parameters) throws Exception {
        function.open(new FunctionContext(null, loader, null) {
            @Override
            public String getJobParameter(String key, String defaultValue) {
                return parameters.getOrDefault(key, defaultValue);
            }
        });
    }

    final void close() throws Exception {
        function.close();
    }

    final void bind(ByteBuffer message, int rows) {
        for (ColumnReader reader : readers) reader.bind(message, rows);
    }

    /** The arguments of row `i`, behind `first` free places. */
    final Object[] arguments(int i, int first) {
        Object[] values = new Object[first + readers.length];
        for (int c = 0; c < readers.length; c++) values[first + c] = readers[c].external(i);
        return values;
    }

    /** Answers a call with rows; `row` says which one an exception comes from. */
    abstract void call(ByteBuffer message, ByteSink out) throws Throwable;

    /** What the session's options say of functions of its kind. */
    void configure(Map<String, String> settings) {
        // Most have nothing to be set.
    }

    /** Takes back accumulators. */
    void restore(ByteBuffer message) throws Exception {
        throw new UnsupportedOperationException();
    }
}
