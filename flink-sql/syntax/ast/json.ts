import type { Identifier, NodeBase } from './common.ts';
import type { Expression, OrderItem } from './expressions.ts';
import type { TypeNode } from './types.ts';

export interface JsonBehavior extends NodeBase {
  readonly kind: 'JsonBehavior';
  readonly behavior: 'ERROR' | 'NULL' | 'DEFAULT' | 'EMPTY ARRAY' | 'EMPTY OBJECT' | 'TRUE' | 'FALSE' | 'UNKNOWN';
  readonly default?: Expression;
}

export interface JsonValue extends NodeBase {
  readonly kind: 'JsonValue';
  readonly input: Expression;
  readonly path: Expression;
  readonly passing: readonly JsonPassing[];
  readonly returning?: TypeNode;
  readonly onEmpty?: JsonBehavior;
  readonly onError?: JsonBehavior;
}

export interface JsonQuery extends NodeBase {
  readonly kind: 'JsonQuery';
  readonly input: Expression;
  readonly path: Expression;
  readonly passing: readonly JsonPassing[];
  readonly returning?: TypeNode;
  readonly wrapper?: 'WITHOUT' | 'WITH CONDITIONAL' | 'WITH UNCONDITIONAL';
  readonly onEmpty?: JsonBehavior;
  readonly onError?: JsonBehavior;
}

export interface JsonExists extends NodeBase {
  readonly kind: 'JsonExists';
  readonly input: Expression;
  readonly path: Expression;
  readonly passing: readonly JsonPassing[];
  readonly onError?: JsonBehavior;
}

/** `PASSING expr AS name`. */
export interface JsonPassing extends NodeBase {
  readonly kind: 'JsonPassing';
  readonly value: Expression;
  readonly name: Identifier;
}

/** `KEY k VALUE v`, `k VALUE v`, `k : v` (and `k, v` as Calcite's parser lets it). */
export interface JsonEntry extends NodeBase {
  readonly kind: 'JsonEntry';
  readonly key: Expression;
  readonly value: Expression;
}

/** JSON_OBJECT(…) and JSON_OBJECTAGG(…) (exactly one entry). */
export interface JsonObject extends NodeBase {
  readonly kind: 'JsonObject';
  readonly aggregate: boolean;
  readonly entries: readonly JsonEntry[];
  readonly onNull?: 'NULL' | 'ABSENT';
}

/** JSON_ARRAY(…) and JSON_ARRAYAGG(…) (exactly one item). */
export interface JsonArray extends NodeBase {
  readonly kind: 'JsonArray';
  readonly aggregate: boolean;
  readonly items: readonly Expression[];
  readonly orderBy?: readonly OrderItem[];
  readonly onNull?: 'NULL' | 'ABSENT';
}
