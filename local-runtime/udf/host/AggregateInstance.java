package millrace.udf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.conversion.DataStructureConverter;
import org.apache.flink.table.data.conversion.DataStructureConverters;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInferenceUtil;

/**
 * An AggregateFunction with an accumulator for each group, which does the steps that it is given (operators/aggregates/call-log.ts). The
 * answer has the values that were asked for, then the accumulators that were touched, as Flink's serializer writes them: the runtime
 * keeps these for its snapshots.
 */
final class AggregateInstance extends Instance {
    private static final int ACCUMULATE = 0;
    private static final int RETRACT = 1;
    private static final int MERGE = 2;
    private static final int RESET = 3;
    private static final int VALUE = 4;
    private static final int NO_VALUE = 5;

    private final Question question;
    private final AggregateFunction<Object, Object> aggregate;
    private final Method accumulate;
    /** Found when they are first needed. */
    private Method retract;
    private Method merge;
    private final Class<?> accumulatorClass;
    private final DataStructureConverter<Object, Object> converter;
    private final TypeSerializer<Object> serializer;
    private final ColumnWriter result;
    private final Map<Integer, Object> accumulators = new HashMap<>();
    private final Set<Integer> touched = new LinkedHashSet<>();

    @SuppressWarnings("unchecked")
    AggregateInstance(Question question, TypeInferenceUtil.Result answer, ClassLoader loader) {
        super(question, answer, loader);
        this.question = question;
        aggregate = (AggregateFunction<Object, Object>) function;
        DataType type = accumulatorType(answer);
        accumulatorClass = type.getConversionClass();
        accumulate =
                new Method(question, UserDefinedFunctionHelper.AGGREGATE_ACCUMULATE, argumentTypes, accumulatorClass);
        converter = DataStructureConverters.getConverter(type);
        converter.open(loader);
        serializer = InternalSerializers.create(type.getLogicalType());
        result = new ColumnWriter(answer.getOutputDataType(), loader);
    }

    /** What Flink says where it needs `merge` or `retract` and the function has none; empty where it has. */
    static String[] missing(Question question, TypeInferenceUtil.Result answer) {
        Class<?> accumulator = accumulatorType(answer).getConversionClass();
        return new String[] {
            missing(() -> new Method(question, UserDefinedFunctionHelper.AGGREGATE_MERGE, Collections.emptyList(), accumulator, Iterable.class)),
            missing(() -> new Method(question, UserDefinedFunctionHelper.AGGREGATE_RETRACT, answer.getExpectedArgumentTypes(), accumulator)),
        };
    }

    private static String missing(Supplier<Method> search) {
        try {
            search.get();
            return "";
        } catch (ValidationException missing) {
            return missing.getMessage();
        }
    }

    private static DataType accumulatorType(TypeInferenceUtil.Result answer) {
        return answer.getStateInfos().values().iterator().next().getDataType();
    }

    @Override
    void call(ByteBuffer message, ByteSink out) throws Throwable {
        int rows = message.getInt();
        int steps = message.getInt();
        int kinds = message.position();
        int groups = kinds + steps;
        int others = groups + 4 * steps;
        message.position(others + 4 * steps);
        bind(message, rows);
        result.clear();
        touched.clear();
        for (int i = 0; i < steps; i++) {
            int group = message.getInt(groups + 4 * i);
            // Of ACCUMULATE and RETRACT the row of its arguments, of MERGE the group that is added.
            int other = message.getInt(others + 4 * i);
            switch (message.get(kinds + i)) {
                case ACCUMULATE:
                    row = other;
                    step(accumulate, group);
                    break;
                case RETRACT:
                    row = other;
                    if (retract == null) retract = method(UserDefinedFunctionHelper.AGGREGATE_RETRACT);
                    step(retract, group);
                    break;
                case MERGE:
                    merge(group, other);
                    break;
                case RESET:
                    if (accumulators.remove(group) != null) touched.add(group);
                    break;
                case VALUE:
                    result.external(aggregate.getValue(accumulator(group)));
                    break;
                case NO_VALUE:
                    result.external(null);
                    break;
                default:
                    throw new IllegalStateException("no step " + message.get(kinds + i));
            }
            row = -1;
        }
        result.flush(out);
        out.putInt(touched.size());
        for (int group : touched) {
            out.putInt(group);
            Object accumulator = accumulators.get(group);
            out.putSized(accumulator == null ? new byte[0] : bytesOf(accumulator));
        }
    }

    private Object accumulator(int group) {
        Object known = accumulators.get(group);
        if (known != null) return known;
        Object made = aggregate.createAccumulator();
        accumulators.put(group, made);
        touched.add(group);
        return made;
    }

    private void step(Method method, int group) throws Throwable {
        Object[] arguments = arguments(row, 1);
        arguments[0] = accumulator(group);
        touched.add(group);
        method.call(function, arguments);
    }

    private void merge(int into, int from) throws Throwable {
        Object added = accumulators.get(from);
        if (added == null) return;
        if (merge == null) {
            merge = new Method(
                    question, UserDefinedFunctionHelper.AGGREGATE_MERGE, Collections.emptyList(), accumulatorClass, Iterable.class);
        }
        Object accumulator = accumulator(into);
        touched.add(into);
        // A copy: what is added stays as it was, whatever the function takes over of it.
        Object copy = converter.toExternal(serializer.copy(converter.toInternal(added)));
        merge.call(function, new Object[] {accumulator, Collections.singletonList(copy)});
    }

    private Method method(String name) {
        return new Method(question, name, argumentTypes, accumulatorClass);
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
