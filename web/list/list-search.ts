/**
 * The URL is the state of a list: the filter schema of the API is also the schema of the page's query, so that page,
 * API, CSV and saved view mean the same. What does not fit the schema is left out instead of failing.
 */
import type { z } from 'zod';

/** A filter as it stands in the URL: texts, as the API takes them; without what only pages of a list need. */
export type ListFilter<Schema extends z.ZodObject> = {
  readonly [Name in keyof Schema['shape'] as Name extends 'cursor' | 'limit' ? never : Name]?:
    string | undefined;
};

/** Validates the query of a page by the schema of a filter, and by further names that only the page knows. */
export function searchOf<Schema extends z.ZodObject, const Own extends string = never>(
  schema: Schema,
  own: readonly Own[] = [],
): (search: Record<string, unknown>) => ListFilter<Schema> & { readonly [Name in Own]?: string | undefined } {
  return (search) => {
    const kept: Record<string, string> = {};
    for (const [name, value] of Object.entries(search)) {
      if (value === undefined || value === null || value === '') continue;
      const text = String(value);
      if ((own as readonly string[]).includes(name)) kept[name] = text;
      else if (name !== 'cursor' && name !== 'limit' && schema.shape[name]?.safeParse(text).success === true)
        kept[name] = text;
    }
    return kept as ListFilter<Schema> & { readonly [Name in Own]?: string | undefined };
  };
}
