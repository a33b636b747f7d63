import { type ConnectorDoc, option } from './model.ts';
import { scanParallelism, sinkParallelism } from './shared-options.ts';

/** Connectors that make rows up or take them for show. */
export const generatorConnectors: readonly ConnectorDoc[] = [
  {
    id: 'datagen',
    doc: 'Random or sequential rows at a steady rate, for trying things out.',
    source: 'insert-only',
    formats: 'none',
    options: [
      option('rows-per-second', 'LONG', '10000', 'Rows a second.'),
      option('number-of-rows', 'LONG', '', 'How many rows; without it the source never ends.'),
      scanParallelism,
      option('fields.#.kind', 'ENUM', 'random', 'Whether values are random or count up.', {
        values: ['random', 'sequence'],
        open: true,
      }),
      option('fields.#.min', 'STRING', '', 'Least random value; the type’s least by default.', { open: true }),
      option('fields.#.max', 'STRING', '', 'Greatest random value; the type’s greatest by default.', { open: true }),
      option('fields.#.max-past', 'DURATION', '0', 'How far random timestamps may lie in the past.', { open: true }),
      option('fields.#.length', 'INT', '100', 'Length of random texts and collections.', { open: true }),
      option('fields.#.var-len', 'BOOLEAN', 'false', 'Random lengths up to length.', { open: true }),
      option('fields.#.null-rate', 'DOUBLE', '0', 'Share of NULLs.', { open: true }),
      option('fields.#.start', 'STRING', '', 'First value of a sequence.', {
        required: 'when the kind is sequence',
        open: true,
      }),
      option('fields.#.end', 'STRING', '', 'Last value of a sequence: the source ends with it.', {
        required: 'when the kind is sequence',
        open: true,
      }),
    ],
  },
  {
    id: 'faker',
    doc: 'Rows of made-up names, places and things, by expressions of the Datafaker library.',
    source: 'insert-only',
    lookup: true,
    formats: 'none',
    options: [
      option('rows-per-second', 'LONG', '10000', 'Rows a second.'),
      option('number-of-rows', 'LONG', '-1', 'How many rows; -1 for no end.'),
      option(
        'fields.#.expression',
        'STRING',
        '',
        "What the column holds: #{Name.fullName}, #{number.numberBetween '1','100'}.",
        { required: 'for each column', open: true },
      ),
      option('fields.#.null-rate', 'DOUBLE', '0', 'Share of NULLs.', { open: true }),
      option('fields.#.length', 'INT', '1', 'Elements of an ARRAY, MAP or MULTISET.', { open: true }),
    ],
  },
  {
    id: 'nexmark',
    doc: 'Events of the Nexmark benchmark: persons, auctions and bids of an auction site.',
    source: 'insert-only',
    formats: 'none',
    options: [
      option('events.num', 'LONG', '0', 'How many events; 0 for no end.'),
      option('next-event.rate', 'LONG', '10000', 'Events a second; 0 as fast as can be.'),
      option('base-time', 'LONG', '', 'Time of the first event, in milliseconds since 1970.'),
      option('person.proportion', 'INT', '1', 'Persons among the events.'),
      option('auction.proportion', 'INT', '3', 'Auctions among the events.'),
      option('bid.proportion', 'INT', '46', 'Bids among the events.'),
      option('bid.hot-ratio.auctions', 'INT', '2', 'How many bids go to hot auctions: all but one in so many.'),
      option('bid.hot-ratio.bidders', 'INT', '4', 'How many bids come from hot bidders.'),
      option('auction.hot-ratio.sellers', 'INT', '4', 'How many auctions come from hot sellers.'),
      option('person.avg-size', 'INT', '200', 'Mean bytes of a person.'),
      option('auction.avg-size', 'INT', '500', 'Mean bytes of an auction.'),
      option('bid.avg-size', 'INT', '100', 'Mean bytes of a bid.'),
      option('seed', 'LONG', '', 'The same seed gives the same events.'),
      scanParallelism,
    ],
  },
  {
    id: 'print',
    doc: 'Prints each change as a line, for trying things out.',
    sink: 'all',
    formats: 'none',
    options: [
      option('print-identifier', 'STRING', '', 'Text in front of each line.'),
      option('standard-error', 'BOOLEAN', 'false', 'Prints to standard error.'),
      sinkParallelism,
    ],
  },
  {
    id: 'blackhole',
    doc: 'Takes every row and keeps none, for measuring.',
    sink: 'upsert',
    formats: 'none',
    options: [],
  },
];
