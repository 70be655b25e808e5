/** Under which heading a field stands in the choice of fields. */
import type { Field } from "@/api/option";

export const FIELD_GROUPS = ["basic", "contact", "people", "follow", "pool", "custom", "other"] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

const MEMBERS: Partial<Record<FieldGroup, readonly string[]>> = {
  basic: ["name", "customer_no", "short_name", "status", "level", "kind", "relation", "industry", "source", "staff_size", "credit_code", "parent_customer_id", "remark", "tags"],
  contact: ["phone", "mobile", "email", "website", "wechat", "province", "city", "district", "address"],
  people: ["owner", "participants", "created_by", "visibility", "state", "starred", "locked", "held"],
  follow: ["last_follow_up_at", "last_follow_up_by", "last_follow_up_excerpt", "follow_up_content", "next_contact_at", "created_at", "updated_at"],
  pool: ["pool", "previous_owner", "pool_entered_at", "pool_reason", "pool_note", "times_claimed", "recycle_at"],
};

export function groupOf(field: Field): FieldGroup {
  if (field.field.startsWith("cf_")) return "custom";
  return FIELD_GROUPS.find((group) => MEMBERS[group]?.includes(field.field)) ?? "other";
}

/** Fields by heading, those that are asked for most first. */
export function grouped(fields: readonly Field[]): { group: FieldGroup; fields: Field[] }[] {
  return FIELD_GROUPS.map((group) => {
    const order = MEMBERS[group] ?? [];
    const inside = fields.filter((field) => groupOf(field) === group);
    return { group, fields: [...inside].sort((left, right) => order.indexOf(left.field) - order.indexOf(right.field)) };
  }).filter(({ fields: inside }) => inside.length > 0);
}
