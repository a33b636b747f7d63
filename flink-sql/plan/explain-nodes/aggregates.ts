import type { RowField } from '../../types/logical-type.ts';
import type { Physical } from '../physical.ts';
import type { AggregateCall } from '../rex.ts';
import { frameText, orderText, type RexStyle, rexText, valueText } from '../rex-text.ts';
import { groupWindowText, type Item, type NodeText, names, pick, ttlItems, windowText } from './texts.ts';

/** `COUNT(DISTINCT x) FILTER $f2 AS d` over the input's names. */
function callText(
  call: AggregateCall,
  fields: readonly RowField[],
  retracting: boolean,
  style: RexStyle,
  name: string,
): string {
  const fn = retracting && !call.monotone && RETRACTABLE.has(call.fn) ? `${call.fn}_RETRACT` : call.fn;
  const args = call.args.length > 0 ? call.args.map((arg) => rexText(arg, names(fields), style)).join(', ') : '*';
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const filter = call.filter ? ` FILTER ${rexText(call.filter, names(fields), style)}` : '';
  return `${fn}(${distinct}${args})${filter} AS ${name}`;
}

const RETRACTABLE = new Set(['COUNT', 'SUM', 'MAX', 'MIN', 'AVG', 'FIRST_VALUE', 'LAST_VALUE', 'LISTAGG', 'SUM0']);

type Node = Extract<
  Physical,
  {
    kind:
      | 'GroupAggregate'
      | 'GroupWindowAggregate'
      | 'WindowTableFunction'
      | 'WindowAggregate'
      | 'Expand'
      | 'OverAggregate';
  }
>;

/** Aggregates, and what feeds them. */
export function aggregateItems(node: Node, style: RexStyle): NodeText {
  switch (node.kind) {
    case 'GroupAggregate': {
      const fields = node.input.fields;
      const keys = node.group.map((index) => fields[index]?.name ?? '');
      const calls = node.calls.map((call, i) =>
        callText(call, fields, node.retracting, style, node.fields[keys.length + i]?.name ?? ''),
      );
      const select: Item = ['select', [...keys, ...calls].join(', ')];
      const items: Item[] = keys.length > 0 ? [['groupBy', keys.join(', ')], select] : [select];
      return { type: 'GroupAggregate', items: [...items, ...ttlItems(node.hints ?? [], style)] };
    }
    case 'GroupWindowAggregate': {
      const fields = node.input.fields;
      const keys = node.group.map((index) => fields[index]?.name ?? '');
      const calls = node.calls.map((call, i) =>
        callText(call, fields, node.retracting, style, node.fields[keys.length + i]?.name ?? ''),
      );
      const { properties } = node.window;
      const shown = properties.map(({ property, name }) => `${property}('w$) AS ${name}`);
      const items: Item[] = keys.length > 0 ? [['groupBy', keys.join(', ')]] : [];
      items.push(['window', groupWindowText(node.window, fields)]);
      if (properties.length > 0) {
        items.push(['properties', properties.map(({ name }) => name).join(', ')]);
      }
      items.push(['select', [...keys, ...calls, ...shown].join(', ')]);
      return { type: 'GroupWindowAggregate', items };
    }
    case 'WindowTableFunction': {
      const time = `time_col=[${node.input.fields[node.window.timeIndex]?.name}]`;
      return { type: 'WindowTableFunction', items: [['window', windowText(node.window, time, node.input.fields)]] };
    }
    case 'WindowAggregate': {
      const fields = node.input.fields;
      const keys = node.group.map((index) => fields[index]?.name ?? '');
      const calls = node.calls.map((call, i) =>
        callText(call, fields, node.retracting, style, node.fields[keys.length + i]?.name ?? ''),
      );
      const from = keys.length + node.calls.length;
      const shown = node.properties.map(({ property }, i) => `${property}('w$) AS ${node.fields[from + i]?.name}`);
      const attached = node.windowAttached;
      const time = attached
        ? [
            ...(attached.start === undefined ? [] : [`win_start=[${fields[attached.start]?.name}]`]),
            `win_end=[${fields[attached.end]?.name}]`,
          ].join(', ')
        : `time_col=[${fields[node.window.timeIndex]?.name}]`;
      const items: Item[] = keys.length > 0 ? [['groupBy', keys.join(', ')]] : [];
      items.push(
        ['window', windowText(node.window, time, fields)],
        ['select', [...keys, ...calls, ...shown].join(', ')],
      );
      return { type: 'WindowAggregate', items };
    }
    case 'Expand': {
      const input = names(node.input.fields);
      const projects = node.projects.map((row) => {
        const texts = row.map((expr, i) => {
          // ExpandUtil prints the values of literals alone.
          const text = expr.kind === 'Literal' ? valueText(expr.value, expr.type) : rexText(expr, input, style);
          const name = node.fields[i]?.name ?? '';
          return text === name ? text : `${text} AS ${name}`;
        });
        return `{${texts.join(', ')}}`;
      });
      return { type: 'Expand', items: [['projects', projects.join(', ')]] };
    }
    case 'OverAggregate': {
      const fields = node.input.fields;
      const calls = node.calls.map((call) => callText(call, fields, false, style, call.name));
      const items: Item[] = node.partition.length > 0 ? [['partitionBy', pick(fields, node.partition)]] : [];
      items.push(
        ['orderBy', orderText(node.order, fields)],
        ['window', frameText(node.rows, node.lower, node.upper)],
        ['select', [...names(fields), ...calls].join(', ')],
      );
      return { type: 'OverAggregate', items };
    }
  }
}
