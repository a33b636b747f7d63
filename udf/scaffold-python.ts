import type { Names } from './names.ts';
import type { Scaffold } from './scaffold.ts';

export const PYTHON_KINDS = ['scalar', 'table', 'aggregate'] as const;
export type PythonKind = (typeof PYTHON_KINDS)[number];

interface PythonSources {
  readonly source: string;
  readonly test: string;
}

/** Where the logic stands in plain functions and classes, tests need no cluster and no Java. */
const sources: Readonly<Record<PythonKind, PythonSources>> = {
  scalar: {
    source: `from typing import Optional

from pyflink.table.udf import udf


def join_text(text: Optional[str], count: Optional[int]) -> Optional[str]:
    if text is None or count is None:
        return None
    return f"{text.strip().upper()}-{count}"


NAME = udf(join_text, input_types=["STRING", "BIGINT"], result_type="STRING")
`,
    test: `import unittest

from NAME import join_text


class Test(unittest.TestCase):
    def test_joins_text_and_count(self):
        self.assertEqual(join_text(" anvil ", 3), "ANVIL-3")

    def test_null_stays_null(self):
        self.assertIsNone(join_text(None, 3))
        self.assertIsNone(join_text("anvil", None))


if __name__ == "__main__":
    unittest.main()
`,
  },
  table: {
    source: `from typing import Iterator, Optional, Tuple

from pyflink.table.udf import udtf


def words(line: Optional[str]) -> Iterator[Tuple[str, int]]:
    """Every yield is a row."""
    for word in (line or "").split():
        yield word, len(word)


NAME = udtf(words, input_types=["STRING"], result_types=["STRING", "INT"])
`,
    test: `import unittest

from NAME import words


class Test(unittest.TestCase):
    def test_every_word_is_a_row(self):
        self.assertEqual(list(words("an anvil")), [("an", 2), ("anvil", 5)])

    def test_nothing_gives_no_row(self):
        self.assertEqual(list(words(None)), [])


if __name__ == "__main__":
    unittest.main()
`,
  },
  aggregate: {
    // Flink 2.2.1 fails (NullPointerException) where the types of an aggregate function are texts.
    source: `from pyflink.table import AggregateFunction, DataTypes
from pyflink.table.udf import udaf


class WeightedAverage(AggregateFunction):
    """The accumulator is [sum, weight]."""

    def create_accumulator(self):
        return [0.0, 0]

    def get_value(self, accumulator):
        return None if accumulator[1] == 0 else accumulator[0] / accumulator[1]

    def accumulate(self, accumulator, value, weight):
        if value is not None and weight is not None:
            accumulator[0] += value * weight
            accumulator[1] += weight

    def retract(self, accumulator, value, weight):
        if value is not None and weight is not None:
            accumulator[0] -= value * weight
            accumulator[1] -= weight

    def merge(self, accumulator, others):
        for other in others:
            accumulator[0] += other[0]
            accumulator[1] += other[1]


NAME = udaf(
    WeightedAverage(),
    input_types=[DataTypes.DOUBLE(), DataTypes.BIGINT()],
    result_type=DataTypes.DOUBLE(),
    accumulator_type=DataTypes.ROW(
        [DataTypes.FIELD("total", DataTypes.DOUBLE()), DataTypes.FIELD("weight", DataTypes.BIGINT())]
    ),
)
`,
    test: `import unittest

from NAME import WeightedAverage


class Test(unittest.TestCase):
    def test_weighs_every_row(self):
        function = WeightedAverage()
        accumulator = function.create_accumulator()
        self.assertIsNone(function.get_value(accumulator))
        function.accumulate(accumulator, 10.0, 1)
        function.accumulate(accumulator, 20.0, 3)
        self.assertEqual(function.get_value(accumulator), 17.5)
        function.retract(accumulator, 10.0, 1)
        self.assertEqual(function.get_value(accumulator), 20.0)


if __name__ == "__main__":
    unittest.main()
`,
  },
};

/** A folder with one Python function and a test of it; its name in SQL is that of the module and of the function in it. */
export function pythonScaffold({ sql }: Names, kind: PythonKind, flink: string): Scaffold {
  const { source, test } = sources[kind];
  const fill = (text: string): string => text.replaceAll('NAME', sql);
  return {
    files: new Map([
      [`${sql}.py`, fill(source)],
      [`test_${sql}.py`, fill(test)],
      ['requirements.txt', `apache-flink==${flink}\n`],
      ['.gitignore', '__pycache__/\ndist/\n.venv/\n'],
    ]),
    source: `${sql}.py`,
  };
}
