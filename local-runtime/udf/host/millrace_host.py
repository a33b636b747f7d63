"""Runs functions of PyFlink for the local runtime: requests on standard input, answers on standard output in the same order, what
functions print on standard error; with --debug=PORT the other way round. Ends when its input ends. Arguments: --debug=PORT, --debug-wait."""
import importlib
import os
import struct
import sys
import traceback

from millrace_aggregates import Aggregate, missing
from millrace_values import Reader, Unsupported, Writer, parse_type, read_column, write_column

# The Flink whose answers the runtime gives.
FLINK = "2.2"
told = set()

ASK, OPEN, CALL, RESTORE, CLOSE, LOAD = 1, 2, 3, 4, 5, 6


def sql_of(kind):
    """A type of PyFlink, or the text of one, as SQL."""
    if isinstance(kind, str):
        return kind
    from pyflink.table import types

    suffix = "" if kind._nullable else " NOT NULL"
    simple = {
        types.TinyIntType: "TINYINT", types.SmallIntType: "SMALLINT", types.IntType: "INT", types.BigIntType: "BIGINT",
        types.FloatType: "FLOAT", types.DoubleType: "DOUBLE", types.BooleanType: "BOOLEAN", types.DateType: "DATE",
    }
    if type(kind) in simple:
        return simple[type(kind)] + suffix
    if isinstance(kind, (types.CharType, types.VarCharType, types.BinaryType, types.VarBinaryType)):
        root = type(kind).__name__.replace("Type", "").upper()
        return f"{root}({kind.length}){suffix}"
    if isinstance(kind, types.DecimalType):
        return f"DECIMAL({kind.precision}, {kind.scale}){suffix}"
    if isinstance(kind, types.TimeType):
        return f"TIME({kind.precision}){suffix}"
    if isinstance(kind, types.TimestampType):
        return f"TIMESTAMP({kind.precision}){suffix}"
    if isinstance(kind, types.LocalZonedTimestampType):
        return f"TIMESTAMP_LTZ({kind.precision}){suffix}"
    if isinstance(kind, types.ArrayType):
        return f"ARRAY<{sql_of(kind.element_type)}>{suffix}"
    if isinstance(kind, types.MapType):
        return f"MAP<{sql_of(kind.key_type)}, {sql_of(kind.value_type)}>{suffix}"
    if isinstance(kind, types.RowType):
        fields = ", ".join("`" + f.name.replace("`", "``") + "` " + sql_of(f.data_type) for f in kind.fields)
        return f"ROW<{fields}>{suffix}"
    raise Unsupported(f"Python functions of type {kind} do not run here")


class Context:
    """What functions are opened with."""

    def __init__(self, parameters):
        self._parameters = parameters

    def get_job_parameter(self, key, default_value):
        return self._parameters.get(key, default_value)

    def get_metric_group(self):
        from pyflink.metrics import MetricGroup

        return MetricGroup()


def load(path):
    module, _, name = path.rpartition(".")
    try:
        import pyflink.table.udf  # noqa: F401
    except ImportError as missing:
        raise Unsupported(
            f"PyFlink is not installed for {sys.executable} ({missing}): pip install apache-flink, or name a Python that has it by "
            "SET 'python.executable' = '…'") from missing
    check_version()
    return getattr(importlib.import_module(module), name)


def check_version():
    """Tells, once, of a PyFlink that is not that of the Flink whose answers are given here."""
    from pyflink.version import __version__ as found

    if not found.startswith(FLINK + ".") and found not in told:
        told.add(found)
        print(f"PyFlink {found} of {sys.executable} is not {FLINK}: functions may behave otherwise than on a Flink {FLINK}", flush=True)


class Function:
    def __init__(self, reader):
        self.path, self.name = reader.text(), reader.text()
        reader.take("b")
        self.given = []
        for _ in range(reader.take("i")):
            self.given.append(reader.text())
            if reader.take("b"):
                reader.text()
        self.wrapper = load(self.path)
        from pyflink.table import udf

        if isinstance(self.wrapper, udf.UserDefinedAggregateFunctionWrapper):
            self.kind = "TABLE_AGGREGATE" if self.wrapper._is_table_aggregate else "AGGREGATE"
        elif isinstance(self.wrapper, udf.UserDefinedTableFunctionWrapper):
            self.kind = "TABLE"
        elif isinstance(self.wrapper, udf.UserDefinedScalarFunctionWrapper):
            self.kind = "SCALAR"
        else:
            raise Unsupported(f"{self.path} is no function of PyFlink: make it one by udf(…) or udtf(…)")
        if getattr(self.wrapper, "_func_type", "general") == "pandas":
            raise Unsupported(f"{self.path} is a function over pandas, which the local runtime does not run")
        self.deterministic = bool(self.wrapper._deterministic)

    def signature(self):
        declared = self.wrapper._input_types
        if declared is None:
            args = self.given
        else:
            args = [sql_of(each) for each in declared]
            if len(args) != len(self.given):
                raise ValueError(f"Invalid input arguments. Expected signatures are:\n{self.name}({', '.join(args)})")
        if self.kind in ("SCALAR", "AGGREGATE"):
            return args, sql_of(self.wrapper._result_type)
        results = self.wrapper._result_types
        rows = [sql_of(each) for each in (results if isinstance(results, (list, tuple)) else [results])]
        fields = ", ".join(f"`f{i}` {each}" for i, each in enumerate(rows))
        return args, f"ROW<{fields}>"

    def open(self, parameters):
        args, result = self.signature()
        self.args = [parse_type(each) for each in args]
        self.result = parse_type(result)
        func = self.wrapper._func
        if self.kind == "AGGREGATE":
            func.open(Context(parameters))
            self.aggregate = Aggregate(func, self.args, self.result)
            self.end = func.close
            return
        if hasattr(func, "eval"):
            func.open(Context(parameters))
            self.eval, self.end = func.eval, func.close
        else:
            self.eval, self.end = func, lambda: None

    def call(self, reader, out):
        if self.kind == "AGGREGATE":
            try:
                self.aggregate.call(reader, out)
            finally:
                self.row = self.aggregate.row
            return
        n = reader.take("i")
        columns = [read_column(reader, kind, n) for kind in self.args]
        rows = list(zip(*columns)) if columns else [()] * n
        function = self.eval
        values = []
        self.row = -1
        if self.kind == "SCALAR":
            for self.row, row in enumerate(rows):
                values.append(function(*row))
            self.row = -1
            write_column(out, self.result, values)
            return
        counts = []
        for self.row, row in enumerate(rows):
            before = len(values)
            made = function(*row)
            if made is not None:
                # A tuple or a Row is one row; anything else is gone through.
                found = [made] if isinstance(made, tuple) or not hasattr(made, "__iter__") or isinstance(made, str) else made
                for each in found:
                    values.append(each if isinstance(each, tuple) or hasattr(each, "get_fields_by_names") or isinstance(each, list) else (each,))
            counts.append(len(values) - before)
        self.row = -1
        out.put(f"{n}i", *counts)
        out.put("i", len(values))
        values = [tuple(each) for each in values]
        for c, kind in enumerate(self.result.inner):
            write_column(out, kind, [each[c] for each in values])


class Host:
    def __init__(self):
        self.functions = {}
        self.failed_row = -1

    def answer(self, reader, out):
        what = reader.take("b")
        if what == LOAD:
            for path in reversed([reader.text() for _ in range(reader.take("i"))]):
                sys.path.insert(0, os.path.dirname(path) if path.endswith(".py") else path)
            return
        if what == ASK:
            function = Function(reader)
            out.text(function.kind)
            out.put("b", 1 if function.deterministic else 0)
            if function.kind == "TABLE_AGGREGATE":
                out.put("i", 0)
                out.text("")
                return
            args, result = function.signature()
            out.put("i", len(args))
            for each in args:
                out.text(each)
            out.text(result)
            if function.kind == "AGGREGATE":
                for method in ("merge", "retract"):
                    out.text(missing(function.wrapper._func, method))
            return
        at = reader.take("i")
        if what == OPEN:
            function = Function(reader)
            function.open({reader.text(): reader.text() for _ in range(reader.take("i"))})
            self.functions[at] = function
        elif what == CALL:
            function = self.functions[at]
            try:
                function.call(reader, out)
            finally:
                self.failed_row = function.row
        elif what == RESTORE:
            self.functions[at].aggregate.restore(reader)
        elif what == CLOSE:
            self.functions.pop(at).end()

    def tell(self, failure, out):
        out.put("i", self.failed_row)
        out.put("i", 1)
        name = type(failure).__name__
        out.text("UnsupportedOperationException" if isinstance(failure, Unsupported) else name)
        out.text(str(failure))
        frames = traceback.extract_tb(failure.__traceback__)
        own = [f for f in frames if f.filename != __file__]
        out.text(f"at {os.path.basename(own[-1].filename)}:{own[-1].lineno}\n" if own else "")


def listen(port, waits):
    """Has a debugger attach, and tells the port in a line before the answers."""
    try:
        import debugpy
    except ImportError:
        sys.exit(f"debugpy is not installed for {sys.executable}: pip install debugpy")
    _, listening = debugpy.listen(("127.0.0.1", port))
    print(f"Listening for debugpy at address: {listening}", flush=True)
    if waits:
        debugpy.wait_for_client()


def main():
    # Functions that print must not come between the answers.
    debug = [int(each[8:]) for each in sys.argv[1:] if each.startswith("--debug=")]
    answers = os.fdopen(os.dup(2 if debug else 1), "wb")
    if debug:
        os.dup2(1, 2)
    else:
        os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "rb")
    for port in debug:
        listen(port, "--debug-wait" in sys.argv)
    answers.write(b"millrace functions\n")
    answers.flush()
    host = Host()
    while True:
        head = requests.read(4)
        if len(head) < 4:
            return
        reader = Reader(requests.read(struct.unpack("<i", head)[0]))
        host.failed_row = -1
        out = Writer()
        try:
            out.put("b", 0)
            host.answer(reader, out)
        except Exception as failure:  # whatever a function raises
            out = Writer()
            out.put("b", 1)
            host.tell(failure, out)
        data = b"".join(out.parts)
        answers.write(struct.pack("<i", len(data)))
        answers.write(data)
        answers.flush()


main()
