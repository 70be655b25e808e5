/** A column per custom field, by its type: numbers to the right, members with their picture, options by their labels. */
import type { Field } from "@/api/option";
import type { FieldText } from "@/api/field_text";
import type { CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";
import { MemberAvatar } from "@/ui/MemberAvatar";

const WIDTHS: Partial<Record<Field["type"], number>> = { number: 130, date: 120, boolean: 90, member: 120, choice: 130, choices: 200 };

export function customColumn(field: Field, text: FieldText): CustomerColumn {
  return {
    field: field.field,
    width: WIDTHS[field.type] ?? 180,
    align: field.type === "number" ? "right" : undefined,
    natural: field.sortable ? (field.type === "number" || field.type === "date" ? "desc" : "asc") : undefined,
    render: (row) => {
      const value = row.custom[field.field] ?? null;
      if (value === null) return <span className={styles.nothing}>—</span>;
      if (field.type === "member") return <MemberAvatar member={{ member_id: String(value), name: text(field.field, value) }} withName />;
      const shown = text(field.field, value);
      return (
        <span className={styles.text} title={shown}>
          {shown}
        </span>
      );
    },
  };
}
