/** A query of the benchmark, over the tables of `tables.ts`. */
export interface NexmarkQuery {
  readonly name: string;
  readonly about: string;
  readonly sql: string;
  /** Tables it reads: their rows count as its input. */
  readonly reads: readonly ('bid' | 'auction' | 'person')[];
  /** Why its results cannot be compared, where they cannot. */
  readonly incomparable?: string;
  /**
   * Columns by which each row takes the earlier one's place before results are compared: where a changelog has +U without -U, as the
   * insert-only Top-1 of Flink 2.1, which rows came on the way depends on the order in which the inputs arrived.
   */
  readonly replaceBy?: readonly number[];
}

const hop = "TABLE(HOP(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))";
const tumble = (table: string) => `TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND))`;
const channelId = "REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2)";
const ranks = (what: string) =>
  [
    what,
    `${what} FILTER (WHERE price < 10000)`,
    `${what} FILTER (WHERE price >= 10000 AND price < 1000000)`,
    `${what} FILTER (WHERE price >= 1000000)`,
  ].join(', ');

export const QUERIES: readonly NexmarkQuery[] = [
  {
    name: 'q0',
    about: 'pass through',
    reads: ['bid'],
    sql: 'SELECT auction, bidder, price, channel, url, `dateTime`, extra FROM bid',
  },
  {
    name: 'q1',
    about: 'currency conversion',
    reads: ['bid'],
    sql: 'SELECT auction, bidder, 0.908 * price AS price, `dateTime`, extra FROM bid',
  },
  { name: 'q2', about: 'selection', reads: ['bid'], sql: 'SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0' },
  {
    name: 'q3',
    about: 'local item suggestion: join',
    reads: ['auction', 'person'],
    sql: `SELECT P.name, P.city, P.state, A.id FROM auction AS A JOIN person AS P ON A.seller = P.id
      WHERE A.category = 10 AND (P.state = 'OR' OR P.state = 'ID' OR P.state = 'CA')`,
  },
  {
    name: 'q4',
    about: 'average price of a category: join, two aggregates',
    reads: ['auction', 'bid'],
    sql: `SELECT Q.category, AVG(Q.final) AS average FROM (
        SELECT A.category, MAX(B.price) AS final FROM auction AS A, bid AS B
        WHERE A.id = B.auction AND B.\`dateTime\` BETWEEN A.\`dateTime\` AND A.expires GROUP BY A.id, A.category
      ) AS Q GROUP BY Q.category`,
  },
  {
    name: 'q5',
    about: 'hot items: hopping windows, window join',
    reads: ['bid'],
    sql: `SELECT A.auction, A.num FROM (
        SELECT auction, COUNT(*) AS num, window_start AS s, window_end AS e FROM ${hop} GROUP BY auction, window_start, window_end
      ) AS A JOIN (
        SELECT MAX(C.num) AS maxn, C.s, C.e FROM (
          SELECT COUNT(*) AS num, window_start AS s, window_end AS e FROM ${hop} GROUP BY auction, window_start, window_end
        ) AS C GROUP BY C.s, C.e
      ) AS M ON A.s = M.s AND A.e = M.e AND A.num >= M.maxn`,
  },
  {
    name: 'q7',
    about: 'highest bid: tumbling window, join',
    reads: ['bid'],
    sql: `SELECT B.auction, B.price, B.bidder, B.\`dateTime\`, B.extra FROM bid AS B JOIN (
        SELECT MAX(price) AS maxprice, window_end AS e FROM ${tumble('bid')} GROUP BY window_start, window_end
      ) AS M ON B.price = M.maxprice WHERE B.\`dateTime\` BETWEEN M.e - INTERVAL '10' SECOND AND M.e`,
  },
  {
    name: 'q8',
    about: 'new sellers: window join',
    reads: ['person', 'auction'],
    sql: `SELECT P.id, P.name, P.s FROM (
        SELECT id, name, window_start AS s, window_end AS e FROM ${tumble('person')} GROUP BY id, name, window_start, window_end
      ) AS P JOIN (
        SELECT seller, window_start AS s, window_end AS e FROM ${tumble('auction')} GROUP BY seller, window_start, window_end
      ) AS A ON P.id = A.seller AND P.s = A.s AND P.e = A.e`,
  },
  {
    name: 'q9',
    about: 'winning bids: join, top 1',
    reads: ['auction', 'bid'],
    replaceBy: [0],
    sql: `SELECT id, itemName, description, initialBid, reserve, \`dateTime\`, expires, seller, category, extra, auction, bidder, price, bid_time, bid_extra
      FROM (
        SELECT A.*, B.auction, B.bidder, B.price, B.\`dateTime\` AS bid_time, B.extra AS bid_extra,
          ROW_NUMBER() OVER (PARTITION BY A.id ORDER BY B.price DESC, B.\`dateTime\` ASC) AS n
        FROM auction AS A, bid AS B WHERE A.id = B.auction AND B.\`dateTime\` BETWEEN A.\`dateTime\` AND A.expires
      ) WHERE n <= 1`,
  },
  {
    name: 'q11',
    about: 'user sessions: session window',
    reads: ['bid'],
    sql: `SELECT bidder, COUNT(*) AS bids, SESSION_START(\`dateTime\`, INTERVAL '10' SECOND) AS s, SESSION_END(\`dateTime\`, INTERVAL '10' SECOND) AS e
      FROM bid GROUP BY bidder, SESSION(\`dateTime\`, INTERVAL '10' SECOND)`,
  },
  {
    name: 'q12',
    about: 'processing-time windows',
    reads: ['bid'],
    incomparable: 'what falls into a window of processing time depends on how fast it comes',
    sql: `SELECT bidder, COUNT(*) AS bids, window_start, window_end
      FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(p_time), INTERVAL '10' SECOND)) GROUP BY bidder, window_start, window_end`,
  },
  {
    name: 'q13',
    about: 'side input: join with a small bounded table',
    reads: ['bid'],
    sql: `SELECT B.auction, B.bidder, B.price, B.\`dateTime\`, S.label FROM bid AS B JOIN side_input AS S ON MOD(B.auction, 10000) = S.id`,
  },
  {
    name: 'q14',
    about: 'calculation and filter (characters counted by built-in functions in place of a UDF)',
    reads: ['bid'],
    sql: `SELECT auction, bidder, 0.908 * price AS price,
        CASE WHEN HOUR(\`dateTime\`) >= 8 AND HOUR(\`dateTime\`) <= 18 THEN 'dayTime'
          WHEN HOUR(\`dateTime\`) <= 6 OR HOUR(\`dateTime\`) >= 20 THEN 'nightTime' ELSE 'otherTime' END AS bidTimeType,
        \`dateTime\`, extra, CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', '')) AS c_counts
      FROM bid WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000`,
  },
  {
    name: 'q15',
    about: 'bidding statistics of a day: distinct counts with filters',
    reads: ['bid'],
    sql: `SELECT DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS d, ${ranks('COUNT(*)')}, ${ranks('COUNT(DISTINCT bidder)')}, ${ranks('COUNT(DISTINCT auction)')}
      FROM bid GROUP BY DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')`,
  },
  {
    name: 'q16',
    about: 'statistics of a channel and day: distinct counts with filters',
    reads: ['bid'],
    sql: `SELECT channel, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS d, MAX(DATE_FORMAT(\`dateTime\`, 'HH:mm')) AS m,
        ${ranks('COUNT(*)')}, ${ranks('COUNT(DISTINCT bidder)')}, ${ranks('COUNT(DISTINCT auction)')}
      FROM bid GROUP BY channel, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')`,
  },
  {
    name: 'q17',
    about: 'statistics of an auction and day',
    reads: ['bid'],
    sql: `SELECT auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS d, ${ranks('COUNT(*)')}, MIN(price) AS low, MAX(price) AS high, AVG(price) AS mean, SUM(price) AS total
      FROM bid GROUP BY auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')`,
  },
  {
    name: 'q18',
    about: 'last bid of a bidder on an auction: deduplication',
    reads: ['bid'],
    sql: `SELECT auction, bidder, price, channel, url, \`dateTime\`, extra FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder, auction ORDER BY \`dateTime\` DESC) AS n FROM bid
      ) WHERE n <= 1`,
  },
  {
    name: 'q19',
    about: 'ten highest bids of an auction: top N with its rank',
    reads: ['bid'],
    sql: `SELECT auction, bidder, price, channel, url, \`dateTime\`, extra, n FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS n FROM bid
      ) WHERE n <= 10`,
  },
  {
    name: 'q20',
    about: 'bids with their auction: join with a filter',
    reads: ['bid', 'auction'],
    sql: `SELECT B.auction, B.bidder, B.price, B.channel, B.url, B.\`dateTime\` AS bid_time, B.extra AS bid_extra, A.itemName, A.description, A.initialBid,
        A.reserve, A.\`dateTime\` AS auction_time, A.expires, A.seller, A.category, A.extra AS auction_extra
      FROM bid AS B JOIN auction AS A ON B.auction = A.id WHERE A.category = 10`,
  },
  {
    name: 'q21',
    about: 'channel id: CASE and regular expressions',
    reads: ['bid'],
    sql: `SELECT auction, bidder, price, channel,
        CASE WHEN LOWER(channel) = 'apple' THEN '0' WHEN LOWER(channel) = 'google' THEN '1'
          WHEN LOWER(channel) = 'facebook' THEN '2' WHEN LOWER(channel) = 'baidu' THEN '3' ELSE ${channelId} END AS channel_id
      FROM bid WHERE ${channelId} IS NOT NULL OR LOWER(channel) IN ('apple', 'google', 'facebook', 'baidu')`,
  },
  {
    name: 'q22',
    about: 'parts of the address',
    reads: ['bid'],
    sql: `SELECT auction, bidder, price, channel, SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2, SPLIT_INDEX(url, '/', 5) AS dir3 FROM bid`,
  },
  {
    name: 'group-by',
    about: 'GROUP BY bidder: count and maximum',
    reads: ['bid'],
    sql: 'SELECT bidder, COUNT(*) AS bids, MAX(price) AS high FROM bid GROUP BY bidder',
  },
];
