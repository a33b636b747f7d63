package millrace.udf;

import java.nio.ByteBuffer;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;
import org.apache.flink.table.types.inference.TypeInferenceUtil;

/** A ScalarFunction: a value for each row. */
final class ScalarInstance extends Instance {
    private final Method eval;
    private final ColumnWriter result;

    ScalarInstance(Question question, TypeInferenceUtil.Result answer, ClassLoader loader) {
        super(question, answer, loader);
        eval = new Method(question, UserDefinedFunctionHelper.SCALAR_EVAL, argumentTypes);
        result = new ColumnWriter(answer.getOutputDataType(), loader);
    }

    @Override
    void call(ByteBuffer message, ByteSink out) throws Throwable {
        int rows = message.getInt();
        bind(message, rows);
        result.clear();
        for (row = 0; row < rows; row++) result.external(eval.call(function, arguments(row, 0)));
        row = -1;
        result.flush(out);
    }
}
