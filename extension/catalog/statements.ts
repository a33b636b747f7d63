// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the editor's snippets
import { t } from '../../webviews/shared/l10n.ts';
import type { ObjectKind } from './catalog-source.ts';
import { quoteName } from './names.ts';

/** Kinds of what a person can make, with a beginning of the statement as a snippet. */
export const createSnippets = (): readonly { readonly label: string; readonly snippet: string }[] => [
  {
    label: t('Table'),
    snippet:
      "CREATE TABLE ${1:name} (\n  ${2:id} BIGINT NOT NULL,\n  ${3:ts} TIMESTAMP_LTZ(3),\n  WATERMARK FOR $3 AS $3 - INTERVAL '5' SECOND\n) WITH (\n  'connector' = '${4|kafka,upsert-kafka,filesystem,jdbc,datagen,blackhole,print|}'$0\n);",
  },
  { label: t('View'), snippet: 'CREATE VIEW ${1:name} AS\nSELECT ${2:*}\nFROM ${3:t}$0;' },
  {
    label: t('Materialized table'),
    snippet:
      "CREATE MATERIALIZED TABLE ${1:name}\n  FRESHNESS = INTERVAL '${2:1}' ${3|MINUTE,HOUR,DAY|}\nAS SELECT ${4:*}\nFROM ${5:t}$0;",
  },
  { label: t('Database'), snippet: 'CREATE DATABASE ${1:name}$0;' },
  { label: t('Catalog'), snippet: "CREATE CATALOG ${1:name} WITH (\n  'type' = '${2:generic_in_memory}'$0\n);" },
  {
    label: t('Function'),
    snippet: "CREATE FUNCTION ${1:name} AS '${2:com.example.MyFunction}'\nUSING JAR '${3:/path/to.jar}'$0;",
  },
  {
    label: t('Model'),
    snippet:
      "CREATE MODEL ${1:name}\nINPUT (${2:text} STRING)\nOUTPUT (${3:label} STRING)\nWITH (\n  'provider' = '${4:openai}',\n  'endpoint' = '$5'$0\n);",
  },
];

/** The statement that drops something. */
export function dropStatement(
  kind: ObjectKind | 'catalog' | 'database',
  path: readonly string[],
  isTemporary = false,
): string {
  return `DROP ${isTemporary ? 'TEMPORARY ' : ''}${kind.toUpperCase()} ${quoteName(path)}`;
}

/** Options of a SELECT that a person can go on from. */
export function selectStatement(name: string, columns: readonly string[]): string {
  if (columns.length === 0) return `SELECT *\nFROM ${name};`;
  return `SELECT\n${columns.map((column) => `  ${column}`).join(',\n')}\nFROM ${name};`;
}

/** The statement of a preview. */
export function previewStatement(name: string): string {
  return `SELECT * FROM ${name} LIMIT 100;`;
}
