import { EventRandom } from './random.ts';

/** How events are spread; the defaults are the benchmark's (Nexmark, Tucker et al. 2002, as Apache Beam generates it). */
export interface NexmarkSettings {
  readonly seed: number;
  /** Time of event 0, epoch milliseconds. */
  readonly baseTime: number;
  /** Events a second of event time. */
  readonly rate: number;
  readonly personProportion: number;
  readonly auctionProportion: number;
  readonly bidProportion: number;
  /** One of so many auctions or people is not a hot one. */
  readonly hotAuctionRatio: number;
  readonly hotSellerRatio: number;
  readonly hotBidderRatio: number;
  readonly activePeople: number;
  readonly inFlightAuctions: number;
  /** Bytes, about. */
  readonly personSize: number;
  readonly auctionSize: number;
  readonly bidSize: number;
}

export const NEXMARK_DEFAULTS: NexmarkSettings = {
  seed: 1,
  baseTime: Date.UTC(2025, 0, 1),
  rate: 10_000,
  personProportion: 1,
  auctionProportion: 3,
  bidProportion: 46,
  hotAuctionRatio: 2,
  hotSellerRatio: 4,
  hotBidderRatio: 4,
  activePeople: 1000,
  inFlightAuctions: 100,
  personSize: 200,
  auctionSize: 500,
  bidSize: 100,
};

/** One event, by the names of the benchmark's columns; numbers are whole, times epoch milliseconds. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly emailAddress: string;
  readonly creditCard: string;
  readonly city: string;
  readonly state: string;
  readonly dateTime: number;
  readonly extra: string;
}
export interface Auction {
  readonly id: number;
  readonly itemName: string;
  readonly description: string;
  readonly initialBid: number;
  readonly reserve: number;
  readonly dateTime: number;
  readonly expires: number;
  readonly seller: number;
  readonly category: number;
  readonly extra: string;
}
export interface Bid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly dateTime: number;
  readonly extra: string;
}

const FIRST_PERSON = 1000;
const FIRST_AUCTION = 1000;
const FIRST_CATEGORY = 10;
const CATEGORIES = 5;
/** Of so many people and auctions one is the hot one. */
const HOT_OF = 100;
/** Bids and sellers may name people and auctions that come so much later. */
const LEAD = 10;
const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];
const CHANNELS = 10_000;
const STATES = ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'];
const CITIES = [
  'Phoenix',
  'San Diego',
  'Boise',
  'Eugene',
  'Seattle',
  'Cheyenne',
  'Portland',
  'Tucson',
  'Oakland',
  'Kent',
];
const FIRST_NAMES = ['Ada', 'Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus', 'Hana', 'Ivo', 'Jill', 'Kurt'];
const LAST_NAMES = ['Adler', 'Brook', 'Clay', 'Dunn', 'Ebert', 'Frost', 'Grant', 'Hale', 'Irwin'];

/** Makes the events of the Nexmark benchmark; event `n` depends on the settings and `n` alone. */
export class NexmarkEvents {
  readonly settings: NexmarkSettings;
  private readonly random: EventRandom;
  private readonly total: number;
  private readonly urls: readonly string[];

  constructor(settings: Partial<NexmarkSettings> = {}) {
    this.settings = { ...NEXMARK_DEFAULTS, ...settings };
    this.random = new EventRandom(this.settings.seed);
    const { personProportion, auctionProportion, bidProportion } = this.settings;
    this.total = personProportion + auctionProportion + bidProportion;
    this.urls = Array.from({ length: CHANNELS + HOT_CHANNELS.length }, (_, i) => this.urlOf(i));
  }

  kind(n: number): 'person' | 'auction' | 'bid' {
    const at = n % this.total;
    const { personProportion, auctionProportion } = this.settings;
    if (at < personProportion) return 'person';
    return at < personProportion + auctionProportion ? 'auction' : 'bid';
  }

  /** Event time of event `n`, epoch milliseconds. */
  time(n: number): number {
    return this.settings.baseTime + Math.floor((n * 1000) / this.settings.rate);
  }

  person(n: number): Person {
    const { random } = this;
    random.start(n);
    const first = pick(random, FIRST_NAMES);
    const last = pick(random, LAST_NAMES);
    const emailAddress = `${random.text(7)}@${random.text(5)}.com`;
    let creditCard = '';
    for (let i = 0; i < 4; i++) creditCard += `${i > 0 ? ' ' : ''}${String(random.below(10_000)).padStart(4, '0')}`;
    const city = pick(random, CITIES);
    const name = `${first} ${last}`;
    const size = 8 + name.length + emailAddress.length + creditCard.length + city.length + 2 + 8;
    return {
      id: FIRST_PERSON + this.lastPerson(n),
      name,
      emailAddress,
      creditCard,
      city,
      state: pick(random, STATES),
      dateTime: this.time(n),
      extra: random.filler(size, this.settings.personSize),
    };
  }

  auction(n: number): Auction {
    const { random } = this;
    random.start(n);
    const dateTime = this.time(n);
    const seller =
      FIRST_PERSON + (random.below(this.settings.hotSellerRatio) > 0 ? hot(this.lastPerson(n)) : this.anyPerson(n));
    const initialBid = random.price();
    const itemName = random.text(10 + random.below(10));
    const description = random.text(60 + random.below(40));
    return {
      id: FIRST_AUCTION + this.lastAuction(n),
      itemName,
      description,
      initialBid,
      reserve: initialBid + random.price(),
      dateTime,
      expires: dateTime + this.duration(n),
      seller,
      category: FIRST_CATEGORY + random.below(CATEGORIES),
      extra: random.filler(8 * 7 + itemName.length + description.length, this.settings.auctionSize),
    };
  }

  bid(n: number): Bid {
    const { random, settings } = this;
    random.start(n);
    const auction =
      FIRST_AUCTION + (random.below(settings.hotAuctionRatio) > 0 ? hot(this.lastAuction(n)) : this.anyAuction(n));
    const bidder =
      FIRST_PERSON + (random.below(settings.hotBidderRatio) > 0 ? hot(this.lastPerson(n)) + 1 : this.anyPerson(n));
    const price = random.price();
    const famous = random.below(2) > 0;
    const channel = famous ? CHANNELS + random.below(HOT_CHANNELS.length) : random.below(CHANNELS);
    const url = this.urls[channel] as string;
    const name = famous ? (HOT_CHANNELS[channel - CHANNELS] as string) : `channel-${channel}`;
    return {
      auction,
      bidder,
      price,
      channel: name,
      url,
      dateTime: this.time(n),
      extra: random.filler(32, settings.bidSize),
    };
  }

  /** Web address of a channel; nine in ten of those that are not famous tell a number of it. */
  private urlOf(channel: number): string {
    const { random } = this;
    random.start(-2 - channel);
    const path = `https://www.nexmark.com/${random.text(5)}/${random.text(5)}/${random.text(5)}/item.htm?query=1`;
    return channel < CHANNELS && random.below(10) > 0 ? `${path}&channel_id=${random.below(2 ** 31)}` : path;
  }

  /** Number of the newest person at event `n`. */
  private lastPerson(n: number): number {
    const { personProportion } = this.settings;
    const epoch = Math.floor(n / this.total);
    return epoch * personProportion + Math.min(n % this.total, personProportion - 1);
  }

  /** Number of the newest auction at event `n`; -1 before the first. */
  private lastAuction(n: number): number {
    const { personProportion, auctionProportion } = this.settings;
    const epoch = Math.floor(n / this.total);
    const at = (n % this.total) - personProportion;
    return epoch * auctionProportion + Math.max(-1, Math.min(at, auctionProportion - 1));
  }

  private anyPerson(n: number): number {
    const people = this.lastPerson(n) + 1;
    const active = Math.min(people, this.settings.activePeople);
    return people - active + this.random.below(active + LEAD);
  }

  private anyAuction(n: number): number {
    const last = this.lastAuction(n);
    const first = Math.max(last - this.settings.inFlightAuctions, 0);
    return first + this.random.below(last - first + 1 + LEAD);
  }

  /** How long an auction is open (ms): about until the auctions now in flight have been followed by as many others. */
  private duration(n: number): number {
    const ahead = Math.floor((this.settings.inFlightAuctions * this.total) / this.settings.auctionProportion);
    const horizon = this.time(n + ahead) - this.time(n);
    return 1 + this.random.below(Math.max(horizon * 2, 1));
  }
}

/** The hot one among the newest. */
function hot(last: number): number {
  return Math.floor(Math.max(last, 0) / HOT_OF) * HOT_OF;
}

function pick(random: EventRandom, of: readonly string[]): string {
  return of[random.below(of.length)] as string;
}
