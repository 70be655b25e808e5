/** A small table in a box that scrolls, by the keyboard too (antd's own scrolling body takes no focus). */
import { Table, type TableProps } from "antd";
import styles from "@/ui/ScrollTable.module.css";

export function ScrollTable<Row extends object>({ label, ...table }: TableProps<Row> & { label: string }) {
  return (
    <div className={styles.box} role="group" aria-label={label} tabIndex={0}>
      <Table<Row> size="small" pagination={false} {...table} />
    </div>
  );
}
