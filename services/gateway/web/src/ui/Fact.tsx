/** One fact: its label, its value, and the way to change it in place. Opened by click or Enter; Escape leaves it as it was. */
import { Pencil } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { accessReason, type ActionAccess } from "@/lib/access";
import styles from "@/ui/Fact.module.css";

type Props = {
  label: string;
  value: ReactNode;
  empty?: boolean;
  access?: ActionAccess;
  /** Small actions at the right end (copy, call). */
  actions?: ReactNode;
  /** Draws the editor; absent: the fact cannot be edited in place. */
  editor?: (close: () => void) => ReactNode;
};

export function Fact({ label, value, empty, access, actions, editor }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const reason = accessReason(access);
  const editable = editor !== undefined && (access?.allowed ?? false);
  const shown = <span className={empty ? styles.empty : styles.text}>{empty ? "—" : value}</span>;
  return (
    <div className={styles.fact} data-editing={editing || undefined}>
      <span className={styles.label}>{label}</span>
      {editing && editor ? (
        <div className={styles.editor}>{editor(() => setEditing(false))}</div>
      ) : (
        <div className={styles.value} title={editor && reason ? reason : undefined}>
          {editable ? (
            <button type="button" className={styles.open} aria-label={t("detail.editField", { field: label })} onClick={() => setEditing(true)}>
              {shown}
              <Pencil size={12} className={styles.pencil} aria-hidden />
            </button>
          ) : (
            shown
          )}
          {!empty && actions && <span className={styles.actions}>{actions}</span>}
        </div>
      )}
    </div>
  );
}
