package millrace.udf;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.conversion.DataStructureConverter;
import org.apache.flink.table.data.conversion.DataStructureConverters;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInferenceUtil;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.util.Collector;

/** A TableFunction: rows for each row. The answer has how many for each, then all of them in columns. */
final class TableInstance extends Instance {
    private final Method eval;
    /** One for a value that is no row. */
    private final ColumnWriter[] columns;
    /** Null where what is collected is one value. */
    private final RowData.FieldGetter[] fields;
    private final DataStructureConverter<Object, Object> converter;
    private int collected;

    @SuppressWarnings("unchecked")
    TableInstance(Question question, TypeInferenceUtil.Result answer, ClassLoader loader) {
        super(question, answer, loader);
        eval = new Method(question, UserDefinedFunctionHelper.TABLE_EVAL, argumentTypes);
        DataType output = answer.getOutputDataType();
        LogicalType type = output.getLogicalType();
        if (LogicalTypeChecks.isCompositeType(type)) {
            List<LogicalType> types = LogicalTypeChecks.getFieldTypes(type);
            columns = new ColumnWriter[types.size()];
            fields = new RowData.FieldGetter[types.size()];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = new ColumnWriter(types.get(i));
                fields[i] = RowData.createFieldGetter(types.get(i).copy(true), i);
            }
            converter = DataStructureConverters.getConverter(output);
            converter.open(loader);
        } else {
            columns = new ColumnWriter[] {new ColumnWriter(output, loader)};
            fields = null;
            converter = null;
        }
        ((TableFunction<Object>) function).setCollector(new Collector<Object>() {
            @Override
            public void collect(Object value) {
                take(value);
            }

            @Override
            public void close() {
                // Nothing is held back.
            }
        });
    }

    private void take(Object value) {
        if (fields == null) {
            columns[0].external(value);
            collected++;
            return;
        }
        RowData made = (RowData) converter.toInternalOrNull(value);
        // In place of a row, NULL gives none (the collector of Flink's generated code).
        if (made == null) return;
        for (int c = 0; c < columns.length; c++) columns[c].internal(fields[c].getFieldOrNull(made));
        collected++;
    }

    @Override
    void call(ByteBuffer message, ByteSink out) throws Throwable {
        int rows = message.getInt();
        bind(message, rows);
        for (ColumnWriter column : columns) column.clear();
        int total = 0;
        for (row = 0; row < rows; row++) {
            collected = 0;
            eval.call(function, arguments(row, 0));
            out.putInt(collected);
            total += collected;
        }
        row = -1;
        out.putInt(total);
        for (ColumnWriter column : columns) column.flush(out);
    }
}
