// Sources of functions.jar beside this file: javac --release 11 -cp FLINK_LIB/* *.java; jar cf functions.jar *.class
package samples;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.AsyncScalarFunction;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;

public class Functions {
    public static class Twice extends ScalarFunction {
        public String eval(String text, int count) {
            return text + count;
        }

        public Long eval(long[] values, Map<String, List<Double>> more) {
            return 2L;
        }

        @DataTypeHint("DECIMAL(10, 2)")
        public java.math.BigDecimal eval(@DataTypeHint("DECIMAL(12, 3)") java.math.BigDecimal price) {
            return price;
        }

        String eval(byte[] hidden) {
            return "";
        }
    }

    public abstract static class Base<T> extends ScalarFunction {
        public Integer eval(String text) {
            return 1;
        }
    }

    public static class Inherited extends Base<String> {}

    @FunctionHint(output = @DataTypeHint("ROW<word STRING, length INT>"))
    public static class Words extends TableFunction<Row> {
        public void eval(String line) {}
    }

    public static class Numbers extends TableFunction<Long> {
        public void eval(Integer upTo) {}
    }

    @FunctionHint(input = {@DataTypeHint("INT"), @DataTypeHint("INT")}, output = @DataTypeHint("INT"))
    @FunctionHint(input = {@DataTypeHint("STRING")}, output = @DataTypeHint("BIGINT"))
    public static class Hinted extends ScalarFunction {
        public Object eval(Object... values) {
            return null;
        }
    }

    public static class Mean extends AggregateFunction<Double, long[]> {
        @Override
        public long[] createAccumulator() {
            return new long[2];
        }

        @Override
        public Double getValue(long[] accumulator) {
            return 0.0;
        }

        public void accumulate(long[] accumulator, Long value, Long weight) {}
    }

    public static class Later extends AsyncScalarFunction {
        public void eval(CompletableFuture<String> result, Long id) {}
    }

    @DataTypeHint("ROW<message STRING>")
    public static class Process extends ProcessTableFunction<Row> {
        public void eval(Context context, @ArgumentHint(ArgumentTrait.ROW_SEMANTIC_TABLE) Row input, Integer limit) {}
    }

    static class Hidden extends ScalarFunction {
        public String eval() {
            return "";
        }
    }

    public static class NeedsArgument extends ScalarFunction {
        public NeedsArgument(String argument) {}

        public String eval() {
            return "";
        }
    }

    public static class NoMethod extends ScalarFunction {}
}
