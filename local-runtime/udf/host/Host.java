package millrace.udf;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.BufferedInputStream;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.functions.FunctionKind;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInferenceUtil;
import org.apache.flink.util.FlinkUserCodeClassLoaders;

/**
 * Runs functions for the local runtime: requests on standard input, answers on standard output in the same order, what functions
 * print on standard error; with --debug the other way round. Ends when its input ends. It works for one job at a time, whose classes have a loader of their own.
 */
public final class Host {
    private static final byte[] GREETING = "millrace functions\n".getBytes(StandardCharsets.UTF_8);
    static final int ASK = 1;
    static final int OPEN = 2;
    static final int CALL = 3;
    static final int RESTORE = 4;
    static final int CLOSE = 5;
    static final int LOAD = 6;
    static final int RESET = 7;
    private static final int OK = 0;
    private static final int FAILED = 1;

    private final Map<Integer, Instance> instances = new HashMap<>();
    private final Surroundings surroundings = new Surroundings();
    private URLClassLoader loader;
    private int failedRow;

    private void load(URL[] jars) {
        loader = FlinkUserCodeClassLoaders.create(jars, Host.class.getClassLoader(), new Configuration());
        Thread.currentThread().setContextClassLoader(loader);
    }

    /** Forgets what was loaded; whether nothing is left of it. */
    private boolean reset() throws Exception {
        instances.clear();
        Thread.currentThread().setContextClassLoader(Host.class.getClassLoader());
        loader.close();
        loader = null;
        return surroundings.restored();
    }

    public static void main(String[] args) throws Exception {
        // What functions print, and what the JVM says of a debugger on its standard output, must not come between the answers.
        boolean isDebugged = args.length > 0 && args[0].equals("--debug");
        FileOutputStream answers = new FileOutputStream(isDebugged ? FileDescriptor.err : FileDescriptor.out);
        if (isDebugged) System.setErr(System.out);
        else System.setOut(System.err);
        answers.write(GREETING);
        Frames frames = new Frames(new BufferedInputStream(new FileInputStream(FileDescriptor.in), 1 << 16), answers);
        // A jar that is built anew has other resources.
        URLConnection.setDefaultUseCaches("jar", false);
        Host host = new Host();
        ByteSink out = new ByteSink();
        for (ByteBuffer message = frames.read(); message != null; message = frames.read()) {
            out.clear();
            host.failedRow = -1;
            try {
                out.putByte(OK);
                host.answer(message, out);
            } catch (Throwable failure) {
                if (failure instanceof OutOfMemoryError) throw new Error(failure);
                out.clear();
                out.putByte(FAILED);
                host.tell(failure, out);
            }
            frames.write(out);
        }
        // Functions may have left threads behind.
        System.exit(0);
    }

    void answer(ByteBuffer in, ByteSink out) throws Throwable {
        int what = in.get();
        if (what == LOAD) {
            URL[] jars = new URL[in.getInt()];
            for (int i = 0; i < jars.length; i++) jars[i] = new File(Question.text(in)).toURI().toURL();
            load(jars);
            return;
        }
        if (what == RESET) {
            out.putByte(reset() ? 1 : 0);
            return;
        }
        if (what == ASK) {
            Question question = new Question(in, loader);
            out.putText(question.kind().name());
            out.putByte(question.function.isDeterministic() ? 1 : 0);
            describe(isCallable(question.kind()) ? question.answer() : null, out);
            if (question.kind() == FunctionKind.AGGREGATE) {
                for (String missing : AggregateInstance.missing(question, question.answer())) out.putText(missing);
            }
            return;
        }
        int id = in.getInt();
        switch (what) {
            case OPEN: {
                Question question = new Question(in, loader);
                Map<String, String> parameters = new HashMap<>();
                texts(in, parameters);
                Map<String, String> settings = new HashMap<>();
                texts(in, settings);
                Instance made = instance(question);
                made.configure(settings);
                made.open(parameters);
                instances.put(id, made);
                return;
            }
            case CALL: {
                Instance instance = instances.get(id);
                try {
                    instance.call(in, out);
                } finally {
                    failedRow = instance.row;
                }
                return;
            }
            case RESTORE:
                instances.get(id).restore(in);
                return;
            case CLOSE:
                instances.remove(id).close();
                return;
            default:
                throw new IllegalStateException("no request " + what);
        }
    }

    private static void texts(ByteBuffer in, Map<String, String> into) {
        for (int count = in.getInt(); count > 0; count--) into.put(Question.text(in), Question.text(in));
    }

    private static boolean isCallable(FunctionKind kind) {
        switch (kind) {
            case SCALAR:
            case ASYNC_SCALAR:
            case TABLE:
            case AGGREGATE:
                return true;
            default:
                return false;
        }
    }

    private Instance instance(Question question) {
        TypeInferenceUtil.Result answer = question.answer();
        switch (question.kind()) {
            case SCALAR:
                return new ScalarInstance(question, answer, loader);
            case ASYNC_SCALAR:
                return new AsyncScalarInstance(question, answer, loader);
            case TABLE:
                return new TableInstance(question, answer, loader);
            case AGGREGATE:
                return new AggregateInstance(question, answer, loader);
            default:
                throw new UnsupportedOperationException(question.kind().name());
        }
    }

    private static void describe(TypeInferenceUtil.Result answer, ByteSink out) {
        if (answer == null) {
            out.putInt(0);
            out.putText("");
            return;
        }
        out.putInt(answer.getExpectedArgumentTypes().size());
        for (DataType type : answer.getExpectedArgumentTypes()) out.putText(type.getLogicalType().asSerializableString());
        out.putText(answer.getOutputDataType().getLogicalType().asSerializableString());
    }

    /** The row, and the chain of exceptions with the frames that are the function's own, outermost first. */
    private void tell(Throwable failure, ByteSink out) {
        out.putInt(failedRow);
        int depth = 0;
        for (Throwable at = failure; at != null && depth < 20; at = at.getCause()) depth++;
        out.putInt(depth);
        Throwable at = failure;
        for (int i = 0; i < depth; i++, at = at.getCause()) {
            out.putText(at.getClass().getName());
            out.putText(at.getMessage() == null ? "" : at.getMessage());
            StringBuilder frames = new StringBuilder();
            for (StackTraceElement frame : at.getStackTrace()) {
                if (frame.getClassName().startsWith("millrace.udf.") || frame.getClassName().startsWith("java.lang.invoke.")) break;
                frames.append("\tat ").append(frame).append('\n');
            }
            out.putText(frames.toString());
        }
    }
}
