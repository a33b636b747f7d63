package millrace.udf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.ScalarFunction;

/** Does once what every job does, so that the JVM can keep the classes that this takes in an archive. */
public final class Training {
    /** A function of the most common kind. */
    public static final class Scalar extends ScalarFunction {
        public String eval(String text, Long number) {
            return text + number;
        }
    }

    /** And one with state. */
    public static final class Sum extends AggregateFunction<Long, Sum.Total> {
        public static final class Total {
            public long total;
        }

        @Override
        public Total createAccumulator() {
            return new Total();
        }

        @Override
        public Long getValue(Total total) {
            return total.total;
        }

        public void accumulate(Total total, String text, Long number) {
            total.total += number;
        }
    }

    private Training() {}

    public static void main(String[] args) throws Throwable {
        Host host = new Host();
        ByteSink load = new ByteSink();
        load.putByte(Host.LOAD);
        load.putInt(0);
        send(host, load);
        int id = 0;
        for (Class<?> each : new Class<?>[] {Scalar.class, Sum.class}) {
            ByteSink ask = new ByteSink();
            ask.putByte(Host.ASK);
            question(ask, each);
            send(host, ask);
            ByteSink open = new ByteSink();
            open.putByte(Host.OPEN);
            open.putInt(id++);
            question(open, each);
            open.putInt(0);
            open.putInt(0);
            send(host, open);
        }
        ByteSink call = new ByteSink();
        call.putByte(Host.CALL);
        call.putInt(0);
        call.putInt(1);
        // One text, "a", and one number.
        call.putByte(0);
        call.putInt(1);
        call.putByte('a');
        call.putByte(0);
        call.putLong(1);
        send(host, call);
        ByteSink reset = new ByteSink();
        reset.putByte(Host.RESET);
        send(host, reset);
    }

    private static void question(ByteSink out, Class<?> function) {
        out.putText(function.getName());
        out.putText("training");
        out.putByte(1);
        out.putInt(2);
        for (String type : new String[] {"STRING", "BIGINT"}) {
            out.putText(type);
            out.putByte(0);
        }
    }

    private static void send(Host host, ByteSink message) throws Throwable {
        host.answer(ByteBuffer.wrap(message.toBytes()).order(ByteOrder.LITTLE_ENDIAN), new ByteSink());
    }
}
