/** How plain values are shown: text as it is, a choice by its label, nothing as a dash. */
import type { CustomerRow } from "@/api/customer";
import type { ColumnContext, CustomerColumn } from "@/features/customer/columns/column";
import styles from "@/features/customer/columns/columns.module.css";
import { RelativeTime } from "@/ui/RelativeTime";
import { MemberAvatar } from "@/ui/MemberAvatar";

const Nothing = () => <span className={styles.nothing}>—</span>;

export const showText = (field: keyof CustomerRow) => (row: CustomerRow) => {
  const value = row[field];
  return value === null || value === undefined || value === "" ? <Nothing /> : <span className={styles.text}>{String(value)}</span>;
};

export const showChoice = (field: keyof CustomerRow, list: string) => (row: CustomerRow, context: ColumnContext) => {
  const option = context.find(list, row[field] as string | null | undefined);
  return option ? <span className={styles.text}>{option.label}</span> : <Nothing />;
};

export const showTime = (field: keyof CustomerRow) => (row: CustomerRow) => <RelativeTime time={row[field] as string | null | undefined} className={styles.quiet} />;

export const showMember = (field: keyof CustomerRow) => (row: CustomerRow) => <MemberAvatar member={row[field] as { member_id: string; name: string } | null | undefined} withName />;

export const textColumn = (field: keyof CustomerRow, width: number, more: Partial<CustomerColumn> = {}): CustomerColumn => ({ field, width, render: showText(field), ...more });
