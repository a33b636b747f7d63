package millrace.udf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
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

/** A column of results, in the form that ColumnReader reads. */
final class ColumnWriter {
    private final LogicalType type;
    private final boolean isString;
    private final DataStructureConverter<Object, Object> converter;
    private final ByteSink nulls = new ByteSink();
    private final ByteSink values = new ByteSink();
    /** Nanoseconds of timestamps; the bytes of values of any length. */
    private final ByteSink more = new ByteSink();
    private boolean hasNulls;
    private boolean hasNanos;

    /** For results of a function, which are converted. */
    ColumnWriter(DataType dataType, ClassLoader loader) {
        type = dataType.getLogicalType();
        isString = ColumnReader.isText(type) && dataType.getConversionClass() == String.class;
        DataStructureConverter<Object, Object> found = DataStructureConverters.getConverter(dataType);
        found.open(loader);
        converter = found.isIdentityConversion() ? null : found;
    }

    /** For internal values. */
    ColumnWriter(LogicalType type) {
        this.type = type;
        isString = false;
        converter = null;
    }

    void external(Object value) {
        if (value == null) {
            internal(null);
        } else if (isString) {
            nulls.putByte(0);
            more.putBytes(((String) value).getBytes(StandardCharsets.UTF_8));
            values.putInt(more.length());
        } else {
            internal(converter == null ? value : converter.toInternal(value));
        }
    }

    void internal(Object value) {
        nulls.putByte(value == null ? 1 : 0);
        if (value == null) hasNulls = true;
        switch (type.getTypeRoot()) {
            case NULL:
                return;
            case BOOLEAN:
                values.putByte(value != null && (Boolean) value ? 1 : 0);
                return;
            case TINYINT:
            case SMALLINT:
            case INTEGER:
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
            case INTERVAL_YEAR_MONTH:
                values.putInt(value == null ? 0 : ((Number) value).intValue());
                return;
            case BIGINT:
            case INTERVAL_DAY_TIME:
                values.putLong(value == null ? 0 : (Long) value);
                return;
            case FLOAT:
            case DOUBLE:
                values.putDouble(value == null ? 0 : ((Number) value).doubleValue());
                return;
            case DECIMAL:
                if (((DecimalType) type).getPrecision() <= 18) {
                    values.putLong(value == null ? 0 : ((DecimalData) value).toUnscaledLong());
                    return;
                }
                break;
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                TimestampData time = (TimestampData) value;
                values.putDouble(time == null ? 0 : time.getMillisecond());
                int nanos = time == null ? 0 : time.getNanoOfMillisecond();
                if (nanos != 0) hasNanos = true;
                more.putInt(nanos);
                return;
            default:
        }
        if (value != null) {
            if (ColumnReader.isText(type)) more.putBytes(((StringData) value).toBytes());
            else value(more, type, value);
        }
        values.putInt(more.length());
    }

    /** Writes the `n` values so far behind `out`; the writer is empty afterwards. */
    void flush(ByteSink out) {
        out.putByte(hasNulls ? 1 : 0);
        if (hasNulls) out.putAll(nulls);
        out.putAll(values);
        switch (type.getTypeRoot()) {
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                out.putByte(hasNanos ? 1 : 0);
                if (hasNanos) out.putAll(more);
                break;
            default:
                out.putAll(more);
        }
        clear();
    }

    void clear() {
        nulls.clear();
        values.clear();
        more.clear();
        hasNulls = false;
        hasNanos = false;
    }

    static void value(ByteSink out, LogicalType type, Object value) {
        out.putByte(value == null ? 0 : 1);
        if (value == null) return;
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                out.putByte((Boolean) value ? 1 : 0);
                return;
            case TINYINT:
            case SMALLINT:
            case INTEGER:
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
            case INTERVAL_YEAR_MONTH:
                out.putInt(((Number) value).intValue());
                return;
            case BIGINT:
            case INTERVAL_DAY_TIME:
                out.putLong((Long) value);
                return;
            case FLOAT:
            case DOUBLE:
                out.putDouble(((Number) value).doubleValue());
                return;
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                out.putDouble(((TimestampData) value).getMillisecond());
                out.putInt(((TimestampData) value).getNanoOfMillisecond());
                return;
            case DECIMAL:
                out.putSized(((DecimalData) value).toBigDecimal().unscaledValue().toByteArray());
                return;
            case CHAR:
            case VARCHAR:
                out.putSized(((StringData) value).toBytes());
                return;
            case BINARY:
            case VARBINARY:
                out.putSized((byte[]) value);
                return;
            case ARRAY:
                elements(out, (ArrayData) value, ((ArrayType) type).getElementType());
                return;
            case MAP:
                entries(out, (MapData) value, ((MapType) type).getKeyType(), ((MapType) type).getValueType());
                return;
            case MULTISET:
                entries(out, (MapData) value, ((MultisetType) type).getElementType(), new IntType(false));
                return;
            case ROW:
            case STRUCTURED_TYPE: {
                List<LogicalType> fields = LogicalTypeChecks.getFieldTypes(type);
                RowData row = (RowData) value;
                for (int i = 0; i < fields.size(); i++) {
                    value(out, fields.get(i), RowData.createFieldGetter(fields.get(i), i).getFieldOrNull(row));
                }
                return;
            }
            default:
                throw new UnsupportedOperationException("The local runtime takes no values of type " + type + " of functions");
        }
    }

    private static void elements(ByteSink out, ArrayData array, LogicalType element) {
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
        out.putInt(array.size());
        for (int i = 0; i < array.size(); i++) value(out, element, getter.getElementOrNull(array, i));
    }

    private static void entries(ByteSink out, MapData map, LogicalType key, LogicalType value) {
        ArrayData.ElementGetter keys = ArrayData.createElementGetter(key);
        ArrayData.ElementGetter values = ArrayData.createElementGetter(value);
        ArrayData keyArray = map.keyArray();
        ArrayData valueArray = map.valueArray();
        out.putInt(map.size());
        for (int i = 0; i < map.size(); i++) {
            value(out, key, keys.getElementOrNull(keyArray, i));
            value(out, value, values.getElementOrNull(valueArray, i));
        }
    }
}
