package millrace.udf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogManager;
import org.apache.flink.table.catalog.CatalogStoreHolder;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.catalog.GenericInMemoryCatalog;
import org.apache.flink.table.catalog.GenericInMemoryCatalogStore;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.functions.FunctionKind;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeInferenceUtil;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.table.types.utils.TypeConversions;

/** A call as the binder knows it, and what Flink's own inference says of it. */
final class Question implements CallContext {
    final String className;
    final UserDefinedFunction function;
    private final String name;
    private final ClassLoader loader;
    private final List<DataType> types = new ArrayList<>();
    /** Literals as text; null where an argument is none, or NULL. */
    private final List<String> literals = new ArrayList<>();
    private final boolean isGrouped;
    private final DataTypeFactory factory;

    Question(ByteBuffer in, ClassLoader loader) throws Exception {
        this.loader = loader;
        className = text(in);
        name = text(in);
        isGrouped = in.get() != 0;
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            types.add(TypeConversions.fromLogicalToDataType(LogicalTypeParser.parse(text(in), loader)));
            literals.add(in.get() == 0 ? null : text(in));
        }
        Class<?> found;
        try {
            found = Class.forName(className, true, loader);
        } catch (ClassNotFoundException missing) {
            throw new ValidationException(String.format("Cannot instantiate user-defined function '%s'.", name), missing);
        }
        if (!UserDefinedFunction.class.isAssignableFrom(found)) {
            throw new ValidationException(
                    String.format("Function '%s' is no user-defined function: it does not extend %s.", className, UserDefinedFunction.class.getName()));
        }
        function = UserDefinedFunctionHelper.instantiateFunction(found);
        Configuration config = new Configuration();
        UserDefinedFunctionHelper.prepareInstance(config, function);
        factory = CatalogManager.newBuilder()
                .classLoader(loader)
                .config(config)
                .defaultCatalog("default_catalog", new GenericInMemoryCatalog("default_catalog", "default_database"))
                .catalogStoreHolder(CatalogStoreHolder.newBuilder()
                        .classloader(loader)
                        .config(config)
                        .catalogStore(new GenericInMemoryCatalogStore())
                        .build())
                .build()
                .getDataTypeFactory();
    }

    static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    FunctionKind kind() {
        return function.getKind();
    }

    TypeInferenceUtil.Result answer() {
        TypeInference inference = function.getTypeInference(factory);
        return TypeInferenceUtil.runTypeInference(inference, this, null);
    }

    @Override
    public DataTypeFactory getDataTypeFactory() {
        return factory;
    }

    @Override
    public FunctionDefinition getFunctionDefinition() {
        return function;
    }

    @Override
    public boolean isArgumentLiteral(int pos) {
        return literals.get(pos) != null || isArgumentNull(pos);
    }

    @Override
    public boolean isArgumentNull(int pos) {
        return types.get(pos).getLogicalType().is(org.apache.flink.table.types.logical.LogicalTypeRoot.NULL);
    }

    @Override
    public <T> Optional<T> getArgumentValue(int pos, Class<T> clazz) {
        String literal = literals.get(pos);
        if (literal == null) return Optional.empty();
        Object value = null;
        if (clazz == String.class) value = literal;
        else if (clazz == Integer.class) value = Integer.valueOf(literal);
        else if (clazz == Long.class) value = Long.valueOf(literal);
        else if (clazz == Boolean.class) value = Boolean.valueOf(literal);
        else if (clazz == Double.class) value = Double.valueOf(literal);
        else if (clazz == java.math.BigDecimal.class) value = new java.math.BigDecimal(literal);
        return Optional.ofNullable(value).map(clazz::cast);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public List<DataType> getArgumentDataTypes() {
        return types;
    }

    @Override
    public Optional<DataType> getOutputDataType() {
        return Optional.empty();
    }

    @Override
    public boolean isGroupedAggregation() {
        return isGrouped;
    }
}
