/** How an edit meets the edits of others: what merged beside it, and what remains to be sent after a conflict. No requests here. */
import { isCustom, type Customer } from "@/api/customer";
import type { EditConflict } from "@/lib/problem";

export type Changes = Record<string, unknown>;

/** Fields that a person edits in place or in the form. */
export const EDITABLE = [
  "name",
  "short_name",
  "kind",
  "relation",
  "status",
  "level",
  "industry",
  "source",
  "province",
  "city",
  "district",
  "address",
  "phone",
  "mobile",
  "email",
  "website",
  "wechat",
  "credit_code",
  "staff_size",
  "remark",
  "visibility",
  "next_contact_at",
] as const;

export type EditableField = (typeof EDITABLE)[number];

/** A field's value; custom fields stand flat beside the others, by their keys. */
export function valueOf(customer: Customer, field: string): unknown {
  return (isCustom(field) ? customer.custom[field] : (customer as unknown as Record<string, unknown>)[field]) ?? null;
}

/** An emptied text is no value, and neither is a list without options. */
export function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value : null;
  if (typeof value !== "string") return value ?? null;
  const text = value.trim();
  return text === "" ? null : text;
}

/** Values are plain; several options come in the order of their list. */
const same = (left: unknown, right: unknown) => left === right || (Array.isArray(left) && Array.isArray(right) && left.length === right.length && left.every((each) => right.includes(each)));

/** Only what differs from where the edit started. */
export function changedFields(start: Customer, values: Changes): Changes {
  return Object.fromEntries(
    Object.entries(values)
      .map(([field, value]) => [field, normal(value)] as const)
      .filter(([field, value]) => !same(value, valueOf(start, field))),
  );
}

export function baseOf(start: Customer, changes: Changes): Changes {
  return Object.fromEntries(Object.keys(changes).map((field) => [field, valueOf(start, field)]));
}

/** Fields that others changed meanwhile and that now stand beside ours. */
export function mergedFields(start: Customer, answer: Customer, changes: Changes): string[] {
  const custom = [...new Set([...Object.keys(start.custom), ...Object.keys(answer.custom)])];
  return [...EDITABLE, ...custom].filter((field) => !(field in changes) && !same(valueOf(start, field), valueOf(answer, field)));
}

/** After a choice per conflict: what is still to be sent, starting from what stands there now. */
export function resolve(changes: Changes, base: Changes, conflicts: EditConflict[], keepMine: ReadonlySet<string>): { changes: Changes; base: Changes } {
  const left = { ...changes };
  const from = { ...base };
  for (const { field, theirs } of conflicts) {
    if (keepMine.has(field)) from[field] = theirs ?? null;
    else {
      delete left[field];
      delete from[field];
    }
  }
  return { changes: left, base: from };
}
