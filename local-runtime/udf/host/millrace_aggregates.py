"""Aggregate functions of PyFlink: an accumulator for each group, and the steps that the runtime gives for them."""
import copy
import pickle

from millrace_values import read_column, write_column

ACCUMULATE, RETRACT, MERGE, RESET, VALUE, NO_VALUE = range(6)


def missing(function, method):
    """What is said where Flink needs a method that the function does not have; empty where it has it."""
    from pyflink.table import AggregateFunction

    if getattr(type(function), method) is not getattr(AggregateFunction, method):
        return ""
    return f"Method {method} is not implemented"


class Aggregate:
    """As AggregateInstance.java; accumulators are kept as Python writes its objects."""

    def __init__(self, function, args, result):
        self.function, self.args, self.result = function, args, result
        self.accumulators = {}
        self.row = -1

    def accumulator(self, group, touched):
        known = self.accumulators.get(group)
        if known is None:
            known = self.accumulators[group] = self.function.create_accumulator()
        touched[group] = True
        return known

    def call(self, reader, out):
        n = reader.take("i")
        steps = reader.take("i")
        kinds = reader.bytes(steps)
        groups = reader.many("i", steps)
        others = reader.many("i", steps)
        columns = [read_column(reader, kind, n) for kind in self.args]
        rows = list(zip(*columns)) if columns else [()] * n
        values, touched = [], {}
        for kind, group, other in zip(kinds, groups, others):
            if kind in (ACCUMULATE, RETRACT):
                self.row = other
                step = self.function.accumulate if kind == ACCUMULATE else self.function.retract
                step(self.accumulator(group, touched), *rows[other])
                self.row = -1
            elif kind == MERGE:
                if other in self.accumulators:
                    # A copy: what is added stays as it was, whatever the function takes over of it.
                    added = copy.deepcopy(self.accumulators[other])
                    self.function.merge(self.accumulator(group, touched), [added])
            elif kind == RESET:
                if self.accumulators.pop(group, None) is not None:
                    touched[group] = True
            else:
                values.append(self.function.get_value(self.accumulator(group, touched)) if kind == VALUE else None)
        write_column(out, self.result, values)
        out.put("i", len(touched))
        for group in touched:
            known = self.accumulators.get(group)
            data = b"" if known is None else pickle.dumps(known)
            out.put("ii", group, len(data))
            out.bytes(data)

    def restore(self, reader):
        for _ in range(reader.take("i")):
            group = reader.take("i")
            self.accumulators[group] = pickle.loads(reader.bytes(reader.take("i")))
