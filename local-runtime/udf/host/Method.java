package millrace.udf;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.extraction.ExtractionUtils;

/** The method of a function that fits the classes of its arguments, the most specific one, as Flink's generated code calls it. */
final class Method {
    private static final MethodType SPREAD = MethodType.methodType(Object.class, Object.class, Object[].class);

    private final MethodHandle handle;

    /** `first`: the classes of what comes before the arguments, as an accumulator. */
    Method(Question question, String name, List<DataType> types, Class<?>... first) {
        Object function = question.function;
        Class<?>[] classes = new Class<?>[first.length + types.size()];
        System.arraycopy(first, 0, classes, 0, first.length);
        for (int i = 0; i < types.size(); i++) classes[first.length + i] = types.get(i).getConversionClass();
        java.lang.reflect.Method best = null;
        for (java.lang.reflect.Method each : ExtractionUtils.collectMethods(function.getClass(), name)) {
            if (each.isBridge() || !ExtractionUtils.isInvokable(ExtractionUtils.Autoboxing.JVM, each, classes)) continue;
            if (best == null || isMoreSpecific(each, best)) best = each;
        }
        if (best == null) {
            throw new ValidationException(String.format(
                    "Could not find an implementation method '%s' in class '%s' for function '%s' that matches the following signature:%n%s",
                    name, function.getClass().getName(), question.getName(), ExtractionUtils.createMethodSignatureString(name, classes, void.class)));
        }
        handle = spread(best, classes);
    }

    private static MethodHandle spread(java.lang.reflect.Method method, Class<?>[] classes) {
        method.setAccessible(true);
        try {
            MethodHandle found = MethodHandles.lookup().unreflect(method);
            Class<?>[] parameters = method.getParameterTypes();
            int fixed = parameters.length - 1;
            boolean gathers = method.isVarArgs()
                    && !(classes.length == parameters.length && parameters[fixed].isAssignableFrom(classes[fixed]));
            found = gathers
                    ? found.asCollector(parameters[fixed], classes.length - fixed)
                    : found.asFixedArity();
            return found.asSpreader(1, Object[].class, classes.length).asType(SPREAD);
        } catch (IllegalAccessException e) {
            throw new ValidationException("The method " + method + " cannot be called.", e);
        }
    }

    /** Fewer arguments gathered in an array, then narrower parameters. */
    private static boolean isMoreSpecific(java.lang.reflect.Method one, java.lang.reflect.Method other) {
        if (one.isVarArgs() != other.isVarArgs()) return other.isVarArgs();
        Class<?>[] a = one.getParameterTypes();
        Class<?>[] b = other.getParameterTypes();
        if (a.length != b.length) return a.length > b.length;
        for (int i = 0; i < a.length; i++) {
            if (!ExtractionUtils.isAssignable(a[i], b[i], ExtractionUtils.Autoboxing.JVM)) return false;
        }
        return true;
    }

    Object call(Object function, Object[] arguments) throws Throwable {
        return handle.invokeExact(function, arguments);
    }
}
