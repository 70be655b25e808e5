/** The first rows as they stand in the file; over each column what it means, at each faulty cell what is wrong. */
import { useQuery } from "@tanstack/react-query";
import { Select, Tooltip } from "antd";
import { CircleAlert } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerImport, Mapping, RowError } from "@/api/customer_import";
import { fieldsQuery, useFieldLabel } from "@/api/option";
import styles from "@/features/customer_import/customer_import.module.css";
import { faultsOf, withField } from "@/features/customer_import/mapping";
import { codeText } from "@/lib/problem";

const ROWS_SHOWN = 30;

type Props = { found: CustomerImport; mapping: Mapping; onMapping: (mapping: Mapping) => void; checking: boolean };

export function PreviewTable({ found, mapping, onMapping, checking }: Props) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const { data } = useQuery(fieldsQuery);
  const options = useMemo(() => (data?.fields ?? []).filter((field) => field.importable).map((field) => ({ value: field.field, label: label(field.field), search: `${field.label_zh} ${field.label_en}` })), [data, label]);
  const faults = faultsOf(found.errors, mapping);
  // Rows at fault first: they are what there is to look at.
  const rows = [...found.preview].sort((left, right) => Number(faults.has(right.row)) - Number(faults.has(left.row)) || left.row - right.row).slice(0, ROWS_SHOWN);
  return (
    <div className={styles.tableBox} data-checking={checking || undefined} tabIndex={0} role="region" aria-label={t("import.preview")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.rowNumber}>
              {t("import.row")}
            </th>
            {found.columns.map((column, index) => (
              <th key={index} scope="col" data-out={mapping[index] === null || undefined}>
                <span className={styles.header}>{column.header || t("import.noHeader")}</span>
                <Select
                  size="small"
                  className={styles.meaning}
                  popupMatchSelectWidth={180}
                  allowClear
                  showSearch={{ optionFilterProp: "search" }}
                  placeholder={t("import.leaveOut")}
                  aria-label={t("import.meaningOf", { header: column.header || String(index + 1) })}
                  value={mapping[index] ?? undefined}
                  options={options}
                  onChange={(field: string | undefined) => onMapping(withField(mapping, index, field ?? null))}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const faulty = faults.get(row.row);
            return (
              <tr key={row.row} data-faulty={faulty !== undefined || undefined}>
                <th scope="row" className={styles.rowNumber}>
                  {row.row}
                </th>
                {found.columns.map((_, index) => (
                  <td key={index} data-fault={faulty?.has(index) || (index === 0 && faulty?.has(-1)) || undefined} data-out={mapping[index] === null || undefined}>
                    <span className={styles.cell} title={row.cells[index]}>
                      {row.cells[index]}
                    </span>
                    <Fault error={faulty?.get(index) ?? (index === 0 ? faulty?.get(-1) : undefined)} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Fault({ error }: { error: RowError | undefined }) {
  if (!error) return null;
  const text = codeText(error.code, {}, 422);
  return (
    <Tooltip title={text}>
      <span className={styles.fault}>
        <CircleAlert size={13} aria-hidden />
        <span className={styles.faultText}>{text}</span>
      </span>
    </Tooltip>
  );
}
