"""Columns and values on their way between the local runtime and functions, and the types that say how they are written."""
import datetime
import decimal
import struct

EPOCH = datetime.datetime(1970, 1, 1)
DAY = datetime.date(1970, 1, 1)


class Unsupported(Exception):
    pass


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, form):
        (value,) = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return value

    def many(self, form, n):
        values = struct.unpack_from(f"<{n}{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{n}{form}")
        return values

    def bytes(self, n):
        value = bytes(self.data[self.at:self.at + n])
        self.at += n
        return value

    def text(self):
        return self.bytes(self.take("i")).decode("utf-8")


class Writer:
    def __init__(self):
        self.parts = []

    def put(self, form, *values):
        self.parts.append(struct.pack("<" + form, *values))

    def bytes(self, value):
        self.parts.append(value)

    def text(self, value):
        data = value.encode("utf-8")
        self.put("i", len(data))
        self.bytes(data)


# ---- types: what the runtime writes of a type, as far as values are concerned ---------------------------------------------------

INTS = {"TINYINT", "SMALLINT", "INT", "INTEGER", "DATE", "TIME"}


class Type:
    """A SQL type of the forms that both sides write."""

    def __init__(self, root, args=(), inner=(), names=()):
        self.root, self.args, self.inner, self.names = root, args, inner, names


def parse_type(text):
    tokens = tokenize(text)
    found = one_type(tokens)
    return found


def tokenize(text):
    tokens, at = [], 0
    while at < len(text):
        c = text[at]
        if c.isspace():
            at += 1
        elif c == "`":
            end = text.index("`", at + 1)
            while end + 1 < len(text) and text[end + 1] == "`":
                end = text.index("`", end + 2)
            tokens.append("`" + text[at + 1:end].replace("``", "`"))
            at = end + 1
        elif c in "<>(),":
            tokens.append(c)
            at += 1
        else:
            end = at
            while end < len(text) and not text[end].isspace() and text[end] not in "<>(),`":
                end += 1
            tokens.append(text[at:end].upper())
            at = end
    return tokens[::-1]


def one_type(tokens):
    root = tokens.pop()
    if root == "DOUBLE" and tokens and tokens[-1] == "PRECISION":
        tokens.pop()
    args = []
    if tokens and tokens[-1] == "(":
        tokens.pop()
        while tokens[-1] != ")":
            token = tokens.pop()
            if token != ",":
                args.append(int(token))
        tokens.pop()
    inner, names = [], []
    if tokens and tokens[-1] == "<":
        tokens.pop()
        while tokens[-1] != ">":
            if tokens[-1] == ",":
                tokens.pop()
            if root == "ROW":
                names.append(tokens.pop().lstrip("`"))
            inner.append(one_type(tokens))
        tokens.pop()
    words = []
    while tokens and tokens[-1] not in "<>(),":
        words.append(tokens.pop())
    if root == "TIMESTAMP" and "LOCAL" in words:
        root = "TIMESTAMP_LTZ"
    if root == "INTERVAL":
        raise Unsupported("Python functions are given no intervals here")
    return Type(root, args, inner, names)


def kind_of(kind):
    root = kind.root
    if root == "BOOLEAN":
        return "bool"
    if root in INTS:
        return "i"
    if root == "BIGINT":
        return "q"
    if root in ("FLOAT", "DOUBLE"):
        return "d"
    if root == "DECIMAL":
        return "unscaled" if kind.args[0] <= 18 else "obj"
    if root in ("TIMESTAMP", "TIMESTAMP_LTZ"):
        return "ts"
    if root in ("CHAR", "VARCHAR", "STRING"):
        return "str"
    return "obj"


def time_of(ms):
    return (datetime.datetime.min + datetime.timedelta(milliseconds=ms)).time()


def timestamp_of(ms, nanos):
    return EPOCH + datetime.timedelta(milliseconds=ms, microseconds=nanos // 1000)


def parts_of(value):
    """Milliseconds since 1970 and the nanoseconds beside them."""
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    micros = (value - EPOCH) // datetime.timedelta(microseconds=1)
    return micros // 1000, micros % 1000 * 1000


def from_int(kind, value):
    if kind.root == "DATE":
        return DAY + datetime.timedelta(days=value)
    if kind.root == "TIME":
        return time_of(value)
    return value


def to_int(kind, value):
    if kind.root == "DATE":
        return (value - DAY).days
    if kind.root == "TIME":
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond // 1000
    return int(value)


def decimal_of(unscaled, kind):
    return decimal.Decimal(unscaled).scaleb(-kind.args[1], WIDE)


def unscaled_of(value, kind):
    """Rounded half up to the scale; None where it does not fit, as DecimalData.fromBigDecimal."""
    scaled = decimal.Decimal(value).scaleb(kind.args[1], WIDE).to_integral_value(decimal.ROUND_HALF_UP)
    unscaled = int(scaled)
    return unscaled if abs(unscaled) < 10 ** kind.args[0] else None


WIDE = decimal.Context(prec=80)


def read_column(reader, kind, n):
    nulls = reader.bytes(n) if reader.take("b") else None
    values = list(read_values(reader, kind, n, nulls))
    if nulls:
        values = [None if nulls[i] else value for i, value in enumerate(values)]
    return values


def read_values(reader, kind, n, nulls):
    form = kind_of(kind)
    if form == "bool":
        return [b != 0 for b in reader.bytes(n)]
    if form == "i":
        values = reader.many("i", n)
        return [from_int(kind, v) for v in values] if kind.root in ("DATE", "TIME") else values
    if form in ("q", "d"):
        return reader.many(form, n)
    if form == "unscaled":
        return [decimal_of(v, kind) for v in reader.many("q", n)]
    if form == "ts":
        ms = reader.many("d", n)
        nanos = reader.many("i", n) if reader.take("b") else (0,) * n
        return [timestamp_of(m, s) for m, s in zip(ms, nanos)]
    if kind.root == "NULL":
        return [None] * n
    ends = reader.many("i", n)
    begin = reader.at
    reader.at += ends[-1] if n else 0
    values, start = [], 0
    for i, end in enumerate(ends):
        if form == "str":
            values.append(reader.data[begin + start:begin + end].decode("utf-8"))
        else:
            values.append(None if nulls and nulls[i] else read_value(Reader(reader.data[begin + start:begin + end]), kind))
        start = end
    return values


def read_value(reader, kind):
    if reader.take("b") == 0:
        return None
    root = kind.root
    form = kind_of(kind)
    if form == "bool":
        return reader.take("b") != 0
    if form == "i":
        return from_int(kind, reader.take("i"))
    if form in ("q", "d"):
        return reader.take(form)
    if form == "ts":
        ms = reader.take("d")
        return timestamp_of(ms, reader.take("i"))
    if form == "str":
        return reader.text()
    if root == "DECIMAL":
        return decimal_of(int.from_bytes(reader.bytes(reader.take("i")), "big", signed=True), kind)
    if root in ("BINARY", "VARBINARY", "BYTES"):
        return reader.bytes(reader.take("i"))
    if root == "ARRAY":
        return [read_value(reader, kind.inner[0]) for _ in range(reader.take("i"))]
    if root == "MAP":
        size = reader.take("i")
        found = {}
        for _ in range(size):
            key = read_value(reader, kind.inner[0])
            found[key] = read_value(reader, kind.inner[1])
        return found
    if root == "ROW":
        from pyflink.common import Row

        row = Row(*[read_value(reader, each) for each in kind.inner])
        row.set_field_names(list(kind.names))
        return row
    raise Unsupported(f"Python functions are given no values of type {root} here")


def write_column(out, kind, values):
    form = kind_of(kind)
    if kind.root == "DECIMAL":
        values = [None if v is None else unscaled_of(v, kind) for v in values]
    n = len(values)
    nulls = bytes(1 if v is None else 0 for v in values)
    has_nulls = 1 in nulls
    out.put("b", 1 if has_nulls else 0)
    if has_nulls:
        out.bytes(nulls)
    if form == "bool":
        out.bytes(bytes(1 if v else 0 for v in values))
    elif form == "i":
        out.put(f"{n}i", *[0 if v is None else to_int(kind, v) for v in values])
    elif form in ("q", "unscaled"):
        out.put(f"{n}q", *[0 if v is None else int(v) for v in values])
    elif form == "d":
        single = kind.root == "FLOAT"
        numbers = [0.0 if v is None else float(v) for v in values]
        out.put(f"{n}d", *([struct.unpack("<f", struct.pack("<f", v))[0] for v in numbers] if single else numbers))
    elif form == "ts":
        pairs = [(0, 0) if v is None else parts_of(v) for v in values]
        out.put(f"{n}d", *[ms for ms, _ in pairs])
        out.put("b", 1)
        out.put(f"{n}i", *[nanos for _, nanos in pairs])
    elif kind.root != "NULL":
        data, ends, at = [], [], 0
        for v in values:
            if v is not None:
                if form == "str":
                    piece = str(v).encode("utf-8")
                else:
                    inner = Writer()
                    write_value(inner, kind, v)
                    piece = b"".join(inner.parts)
                data.append(piece)
                at += len(piece)
            ends.append(at)
        out.put(f"{n}i", *ends)
        out.bytes(b"".join(data))


def write_value(out, kind, value):
    out.put("b", 0 if value is None else 1)
    if value is None:
        return
    root = kind.root
    form = kind_of(kind)
    if root == "DECIMAL":
        # In a column it is unscaled already.
        unscaled = value if isinstance(value, int) else unscaled_of(value, kind)
        if unscaled is None:
            raise OverflowError(f"{value} is no DECIMAL({kind.args[0]}, {kind.args[1]})")
        data = unscaled.to_bytes(unscaled.bit_length() // 8 + 1, "big", signed=True)
        out.put("i", len(data))
        out.bytes(data)
    elif form == "bool":
        out.put("b", 1 if value else 0)
    elif form == "i":
        out.put("i", to_int(kind, value))
    elif form in ("q", "d"):
        out.put(form, value)
    elif form == "ts":
        ms, nanos = parts_of(value)
        out.put("di", ms, nanos)
    elif form == "str":
        out.text(str(value))
    elif root in ("BINARY", "VARBINARY", "BYTES"):
        out.put("i", len(value))
        out.bytes(bytes(value))
    elif root == "ARRAY":
        out.put("i", len(value))
        for each in value:
            write_value(out, kind.inner[0], each)
    elif root == "MAP":
        out.put("i", len(value))
        for key, each in value.items():
            write_value(out, kind.inner[0], key)
            write_value(out, kind.inner[1], each)
    elif root == "ROW":
        for each, field in zip(value, kind.inner):
            write_value(out, field, each)
    else:
        raise Unsupported(f"Python functions give no values of type {root} here")
