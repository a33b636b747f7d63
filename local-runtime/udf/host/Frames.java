package millrace.udf;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Messages on the two streams: a length (32 bits, little-endian), then that many bytes, of which the first says what they are. */
final class Frames {
    private final DataInputStream in;
    private final OutputStream out;
    private final byte[] head = new byte[4];

    Frames(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** The next message; null at the end of the stream, when the runtime is gone or has enough. */
    ByteBuffer read() throws IOException {
        try {
            in.readFully(head);
        } catch (EOFException end) {
            return null;
        }
        int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    void write(ByteSink sink) throws IOException {
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(sink.length());
        out.write(head);
        sink.writeTo(out);
        out.flush();
    }
}
