import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { validation } from '../../errors.ts';
import type { Auction, Bid, NexmarkEvents, Person } from './events.ts';

/** One event with the part that it has; the other two are absent. */
interface Event {
  readonly person?: Person;
  readonly auction?: Auction;
  readonly bid?: Bid;
}

export type ColumnReader = (event: Event) => Value;

type Make<T> = (of: T) => Value;
interface Field<T> {
  readonly root: LogicalType['root'];
  readonly make: Make<T>;
}

const whole = <T>(of: (event: T) => number): Field<T> => ({ root: 'BIGINT', make: (event) => BigInt(of(event)) });
const text = <T>(of: (event: T) => string): Field<T> => ({ root: 'VARCHAR', make: of });
const time = <T>(of: (event: T) => number): Field<T> => ({
  root: 'TIMESTAMP_WITHOUT_TIME_ZONE',
  make: (event) => ({ ms: of(event), nanos: 0 }),
});

const PERSON: Readonly<Record<string, Field<Person>>> = {
  id: whole((p) => p.id),
  name: text((p) => p.name),
  emailAddress: text((p) => p.emailAddress),
  creditCard: text((p) => p.creditCard),
  city: text((p) => p.city),
  state: text((p) => p.state),
  dateTime: time((p) => p.dateTime),
  extra: text((p) => p.extra),
};
const AUCTION: Readonly<Record<string, Field<Auction>>> = {
  id: whole((a) => a.id),
  itemName: text((a) => a.itemName),
  description: text((a) => a.description),
  initialBid: whole((a) => a.initialBid),
  reserve: whole((a) => a.reserve),
  dateTime: time((a) => a.dateTime),
  expires: time((a) => a.expires),
  seller: whole((a) => a.seller),
  category: whole((a) => a.category),
  extra: text((a) => a.extra),
};
const BID: Readonly<Record<string, Field<Bid>>> = {
  auction: whole((b) => b.auction),
  bidder: whole((b) => b.bidder),
  price: whole((b) => b.price),
  channel: text((b) => b.channel),
  url: text((b) => b.url),
  dateTime: time((b) => b.dateTime),
  extra: text((b) => b.extra),
};

/** What a column of a nexmark table is made from: `event_type`, `person`, `auction` or `bid`, rows with any of the known fields. */
export function columnReader(table: ResolvedTable, name: string, type: LogicalType): ColumnReader {
  switch (name) {
    case 'event_type':
      if (type.root !== 'INTEGER') throw wrongType(table, name, type, 'INT');
      return ({ person, auction }) => (person ? 0 : auction ? 1 : 2);
    case 'person': {
      const make = rowOf(table, name, type, PERSON);
      return ({ person }) => (person ? make(person) : null);
    }
    case 'auction': {
      const make = rowOf(table, name, type, AUCTION);
      return ({ auction }) => (auction ? make(auction) : null);
    }
    case 'bid': {
      const make = rowOf(table, name, type, BID);
      return ({ bid }) => (bid ? make(bid) : null);
    }
    default:
      throw validation(
        `The nexmark connector has no column '${name}'. Its columns are event_type, person, auction and bid.`,
      );
  }
}

function rowOf<T>(
  table: ResolvedTable,
  name: string,
  type: LogicalType,
  known: Readonly<Record<string, Field<T>>>,
): Make<T> {
  if (type.root !== 'ROW') throw wrongType(table, name, type, 'ROW');
  const makes = type.fields.map((field) => {
    const found = known[field.name];
    if (!found) {
      throw validation(
        `The nexmark connector has no field '${name}.${field.name}'. Its fields are ${Object.keys(known).join(', ')}.`,
      );
    }
    if (field.type.root !== found.root) throw wrongType(table, `${name}.${field.name}`, field.type, found.root);
    return found.make;
  });
  return (event) => makes.map((make) => make(event));
}

function wrongType(table: ResolvedTable, name: string, type: LogicalType, wanted: string): Error {
  const shown = wanted === 'VARCHAR' ? 'STRING' : wanted === 'TIMESTAMP_WITHOUT_TIME_ZONE' ? 'TIMESTAMP(3)' : wanted;
  return validation(
    `Column '${name}' of table '${table.identifier.name}' is ${shown} in the nexmark connector, not ${asSummaryString(type)}.`,
  );
}

/** Event `n` as the readers take it. */
export function eventAt(events: NexmarkEvents, n: number): Event {
  switch (events.kind(n)) {
    case 'person':
      return { person: events.person(n) };
    case 'auction':
      return { auction: events.auction(n) };
    case 'bid':
      return { bid: events.bid(n) };
  }
}
