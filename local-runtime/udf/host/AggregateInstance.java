package millrace.udf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.apache.flink.table.data.conversion.DataStructureConverter;
import org.apache.flink.table.data.conversion.DataStructureConverters;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInferenceUtil;

/**
 * An AggregateFunction with an accumulator for each group. For each row the answer has the group's value after it, and at the end the
 * accumulators that were touched, as Flink's serializer writes them: the runtime keeps these for its snapshots.
 */
final class AggregateInstance extends Instance {
    private static final int ACCUMULATE = 0;
    private static final int RETRACT = 1;
    /** The row is none of the function's (FILTER, DISTINCT): its group's value is asked for all the same. */
    private static final int VALUE_ONLY = 2;
    /** After the row the group is gone. */
    private static final int LAST = 4;

    private final AggregateFunction<Object, Object> aggregate;
    private final Method accumulate;
    /** Found when the first row is taken back. */
    private Method retract;
    private final Class<?> accumulatorClass;
    private final DataStructureConverter<Object, Object> converter;
    private final TypeSerializer<Object> serializer;
    private final ColumnWriter result;
    private final Map<Integer, Object> accumulators = new HashMap<>();
    private final Set<Integer> touched = new LinkedHashSet<>();

    @SuppressWarnings("unchecked")
    AggregateInstance(Question question, TypeInferenceUtil.Result answer, ClassLoader loader) {
        super(question, answer, loader);
        aggregate = (AggregateFunction<Object, Object>) function;
        DataType type = answer.getStateInfos().values().iterator().next().getDataType();
        accumulatorClass = type.getConversionClass();
        accumulate =
                new Method(function, UserDefinedFunctionHelper.AGGREGATE_ACCUMULATE, argumentTypes, accumulatorClass);
        converter = DataStructureConverters.getConverter(type);
        converter.open(loader);
        serializer = InternalSerializers.create(type.getLogicalType());
        result = new ColumnWriter(answer.getOutputDataType(), loader);
    }

    @Override
    void call(ByteBuffer message, ByteSink out) throws Throwable {
        int rows = message.getInt();
        int groups = message.position();
        int flags = groups + 4 * rows;
        message.position(flags + rows);
        bind(message, rows);
        result.clear();
        touched.clear();
        for (row = 0; row < rows; row++) {
            int group = message.getInt(groups + 4 * row);
            int flag = message.get(flags + row);
            Object accumulator = accumulators.get(group);
            if (accumulator == null) {
                accumulator = aggregate.createAccumulator();
                accumulators.put(group, accumulator);
            }
            touched.add(group);
            if ((flag & VALUE_ONLY) == 0) {
                Object[] arguments = arguments(row, 1);
                arguments[0] = accumulator;
                if ((flag & RETRACT) == ACCUMULATE) accumulate.call(function, arguments);
                else retract().call(function, arguments);
            }
            result.external((flag & LAST) == 0 ? aggregate.getValue(accumulator) : null);
            if ((flag & LAST) != 0) accumulators.remove(group);
        }
        row = -1;
        result.flush(out);
        out.putInt(touched.size());
        for (int group : touched) {
            out.putInt(group);
            Object accumulator = accumulators.get(group);
            out.putSized(accumulator == null ? new byte[0] : bytesOf(accumulator));
        }
    }

    private Method retract() {
        if (retract == null) {
            retract = new Method(function, UserDefinedFunctionHelper.AGGREGATE_RETRACT, argumentTypes, accumulatorClass);
        }
        return retract;
    }

    private byte[] bytesOf(Object accumulator) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        serializer.serialize(converter.toInternal(accumulator), new DataOutputViewStreamWrapper(bytes));
        return bytes.toByteArray();
    }

    @Override
    void restore(ByteBuffer message) throws Exception {
        int count = message.getInt();
        for (int i = 0; i < count; i++) {
            int group = message.getInt();
            byte[] bytes = new byte[message.getInt()];
            message.get(bytes);
            Object internal = serializer.deserialize(new DataInputViewStreamWrapper(new ByteArrayInputStream(bytes)));
            accumulators.put(group, converter.toExternal(internal));
        }
    }
}
