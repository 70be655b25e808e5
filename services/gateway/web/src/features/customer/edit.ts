/** How an edit meets the edits of others: what merged beside it, and what remains to be sent after a conflict. No requests here. */
import type { Customer } from "@/api/customer";
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

export function valueOf(customer: Customer, field: string): unknown {
  return (customer as unknown as Record<string, unknown>)[field] ?? null;
}

/** An emptied text is no value. */
export function normal(value: unknown): unknown {
  if (typeof value !== "string") return value ?? null;
  const text = value.trim();
  return text === "" ? null : text;
}

/** Only what differs from where the edit started. */
export function changedFields(start: Customer, values: Changes): Changes {
  return Object.fromEntries(
    Object.entries(values)
      .map(([field, value]) => [field, normal(value)] as const)
      .filter(([field, value]) => value !== valueOf(start, field)),
  );
}

export function baseOf(start: Customer, changes: Changes): Changes {
  return Object.fromEntries(Object.keys(changes).map((field) => [field, valueOf(start, field)]));
}

/** Fields that others changed meanwhile and that now stand beside ours. */
export function mergedFields(start: Customer, answer: Customer, changes: Changes): string[] {
  return EDITABLE.filter((field) => !(field in changes) && valueOf(start, field) !== valueOf(answer, field));
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
