package millrace.udf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being put together, little-endian. */
final class ByteSink {
    private byte[] bytes = new byte[1024];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    private int room(int more) {
        int at = length;
        if (at + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(at + more, bytes.length * 2));
        }
        length = at + more;
        return at;
    }

    void putByte(int value) {
        int at = room(1);
        bytes[at] = (byte) value;
    }

    void putInt(int value) {
        int at = room(4);
        putIntAt(at, value);
    }

    void putIntAt(int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
        bytes[at + 2] = (byte) (value >> 16);
        bytes[at + 3] = (byte) (value >> 24);
    }

    void putLong(long value) {
        putInt((int) value);
        putInt((int) (value >> 32));
    }

    void putDouble(double value) {
        putLong(Double.doubleToRawLongBits(value));
    }

    void putBytes(byte[] value) {
        int at = room(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
    }

    void putSized(byte[] value) {
        putInt(value.length);
        putBytes(value);
    }

    void putText(String value) {
        putSized(value.getBytes(StandardCharsets.UTF_8));
    }

    void putAll(ByteSink other) {
        int at = room(other.length);
        System.arraycopy(other.bytes, 0, bytes, at, other.length);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }
}
