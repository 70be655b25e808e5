/**
 * A small table, in a box that scrolls by the keyboard too. Plain HTML: antd's measures its scrollbar by a style without the page's
 * nonce, which the page's policy refuses. Lists of customers are `table/DataTable`.
 */
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import styles from "@/ui/PlainTable.module.css";

export type PlainColumn<Row> = { key: string; title: ReactNode; cell: (row: Row) => ReactNode; right?: boolean; width?: number };
type Props<Row> = { label: string; rows: Row[]; columns: PlainColumn<Row>[]; rowKey: (row: Row) => string; loading?: boolean; roomy?: boolean };

export function PlainTable<Row>({ label, rows, columns, rowKey, loading = false, roomy = false }: Props<Row>) {
  if (loading) return <Skeleton active title={false} paragraph={{ rows: 4 }} />;
  return (
    <div className={roomy ? styles.roomy : styles.box} role="group" aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.right ? styles.right : undefined} style={{ width: column.width }}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.key} className={column.right ? styles.right : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
