package millrace.udf;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.conversion.DataStructureConverter;
import org.apache.flink.table.data.conversion.DataStructureConverters;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.table.types.logical.utils.LogicalTypeUtils;

/** A column of arguments: Flink's internal values, then what the function's parameter asks for (DataStructureConverter). */
final class ColumnReader {
    private final LogicalType type;
    private final boolean isString;
    /** Null where internal and external values are the same. */
    private final DataStructureConverter<Object, Object> converter;
    private ByteBuffer data;
    private int nulls;
    private int values;
    private int more;

    ColumnReader(DataType dataType, ClassLoader loader) {
        type = dataType.getLogicalType();
        isString = isText(type) && dataType.getConversionClass() == String.class;
        DataStructureConverter<Object, Object> found = DataStructureConverters.getConverter(dataType);
        found.open(loader);
        converter = found.isIdentityConversion() ? null : found;
    }

    static boolean isText(LogicalType type) {
        switch (type.getTypeRoot()) {
            case CHAR:
            case VARCHAR:
                return true;
            default:
                return false;
        }
    }

    /** Takes the column at the message's position, of `n` values; goes on behind it. */
    void bind(ByteBuffer message, int n) {
        data = message;
        boolean hasNulls = message.get() != 0;
        nulls = hasNulls ? message.position() : -1;
        if (hasNulls) message.position(message.position() + n);
        values = message.position();
        message.position(values + width(message, n));
    }

    private int width(ByteBuffer message, int n) {
        switch (type.getTypeRoot()) {
            case NULL:
                return 0;
            case BOOLEAN:
                return n;
            case TINYINT:
            case SMALLINT:
            case INTEGER:
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
            case INTERVAL_YEAR_MONTH:
                return 4 * n;
            case BIGINT:
            case INTERVAL_DAY_TIME:
            case FLOAT:
            case DOUBLE:
                return 8 * n;
            case DECIMAL:
                if (((DecimalType) type).getPrecision() <= 18) return 8 * n;
                break;
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                more = values + 8 * n + 1;
                return message.get(more - 1) == 0 ? 8 * n + 1 : 12 * n + 1;
            default:
        }
        // Ends of the values, then their bytes.
        more = values + 4 * n;
        return 4 * n + (n == 0 ? 0 : message.getInt(more - 4));
    }

    /** Argument `i` as the function takes it. */
    Object external(int i) {
        if (nulls >= 0 && data.get(nulls + i) != 0) return null;
        if (isString) {
            int start = start(i);
            return new String(data.array(), more + start, data.getInt(values + 4 * i) - start, StandardCharsets.UTF_8);
        }
        Object internal = internal(i);
        return converter == null || internal == null ? internal : converter.toExternal(internal);
    }

    private int start(int i) {
        return i == 0 ? 0 : data.getInt(values + 4 * (i - 1));
    }

    private Object internal(int i) {
        switch (type.getTypeRoot()) {
            case NULL:
                return null;
            case BOOLEAN:
                return data.get(values + i) != 0;
            case TINYINT:
                return (byte) data.getInt(values + 4 * i);
            case SMALLINT:
                return (short) data.getInt(values + 4 * i);
            case INTEGER:
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
            case INTERVAL_YEAR_MONTH:
                return data.getInt(values + 4 * i);
            case BIGINT:
            case INTERVAL_DAY_TIME:
                return data.getLong(values + 8 * i);
            case FLOAT:
                return (float) data.getDouble(values + 8 * i);
            case DOUBLE:
                return data.getDouble(values + 8 * i);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                int nanos = data.get(more - 1) == 0 ? 0 : data.getInt(more + 4 * i);
                return TimestampData.fromEpochMillis((long) data.getDouble(values + 8 * i), nanos);
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                if (decimal.getPrecision() <= 18) {
                    return DecimalData.fromUnscaledLong(
                            data.getLong(values + 8 * i), decimal.getPrecision(), decimal.getScale());
                }
                break;
            default:
        }
        ByteBuffer one = data.duplicate().order(data.order());
        one.position(more + start(i)).limit(more + data.getInt(values + 4 * i));
        if (isText(type)) {
            byte[] text = new byte[one.remaining()];
            one.get(text);
            return StringData.fromBytes(text);
        }
        return value(one, type);
    }

    /** A value inside others, or of a type without a column form of its own: NULL or not, then what it is. */
    static Object value(ByteBuffer in, LogicalType type) {
        if (in.get() == 0) return null;
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return in.get() != 0;
            case TINYINT:
                return (byte) in.getInt();
            case SMALLINT:
                return (short) in.getInt();
            case INTEGER:
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
            case INTERVAL_YEAR_MONTH:
                return in.getInt();
            case BIGINT:
            case INTERVAL_DAY_TIME:
                return in.getLong();
            case FLOAT:
                return (float) in.getDouble();
            case DOUBLE:
                return in.getDouble();
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                long ms = (long) in.getDouble();
                return TimestampData.fromEpochMillis(ms, in.getInt());
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                BigDecimal exact = new BigDecimal(new BigInteger(sized(in)), decimal.getScale());
                return DecimalData.fromBigDecimal(exact, decimal.getPrecision(), decimal.getScale());
            case CHAR:
            case VARCHAR:
                return StringData.fromBytes(sized(in));
            case BINARY:
            case VARBINARY:
                return sized(in);
            case ARRAY: {
                LogicalType element = ((ArrayType) type).getElementType();
                // Where nothing is to be converted, the function is given this very array.
                Class<?> elementClass = LogicalTypeUtils.toInternalConversionClass(element);
                Object[] elements = (Object[]) Array.newInstance(elementClass, in.getInt());
                for (int i = 0; i < elements.length; i++) elements[i] = value(in, element);
                return new GenericArrayData(elements);
            }
            case MAP:
                return map(in, ((MapType) type).getKeyType(), ((MapType) type).getValueType());
            case MULTISET:
                return map(in, ((MultisetType) type).getElementType(), new IntType(false));
            case ROW:
            case STRUCTURED_TYPE: {
                List<LogicalType> fields = LogicalTypeChecks.getFieldTypes(type);
                GenericRowData row = new GenericRowData(fields.size());
                for (int i = 0; i < fields.size(); i++) row.setField(i, value(in, fields.get(i)));
                return row;
            }
            default:
                throw new UnsupportedOperationException("The local runtime gives functions no values of type " + type);
        }
    }

    private static GenericMapData map(ByteBuffer in, LogicalType key, LogicalType value) {
        int size = in.getInt();
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) entries.put(value(in, key), value(in, value));
        return new GenericMapData(entries);
    }

    private static byte[] sized(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}
