/** The same field changed by two people: three values side by side, and a choice for each field. Nothing typed is lost. */
import { Button, Modal, Radio } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFieldText } from "@/api/field_text";
import { useFieldLabel } from "@/api/option";
import styles from "@/features/customer/ConflictDialog.module.css";
import type { EditConflict } from "@/lib/problem";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { RelativeTime } from "@/ui/RelativeTime";

type Props = { conflicts: EditConflict[] | null; onDecide: (keepMine: ReadonlySet<string>) => void; onCancel: () => void };

export function ConflictDialog({ conflicts, onDecide, onCancel }: Props) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const text = useFieldText();
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setMine(new Set((conflicts ?? []).map((each) => each.field))), [conflicts]);

  function choose(field: string, keep: boolean): void {
    setMine((before) => {
      const after = new Set(before);
      if (keep) after.add(field);
      else after.delete(field);
      return after;
    });
  }

  const shown = (field: string, value: unknown) => text(field, value) || t("detail.emptyValue");
  return (
    <Modal
      open={conflicts !== null}
      width={680}
      title={t("detail.conflict.title")}
      onCancel={onCancel}
      mask={{ closable: false }}
      footer={[
        <Button key="on" onClick={onCancel}>
          {t("detail.conflict.goOn")}
        </Button>,
        <Button key="save" type="primary" onClick={() => onDecide(mine)}>
          {t("detail.conflict.save")}
        </Button>,
      ]}
    >
      <p className={styles.intro}>{t("detail.conflict.intro")}</p>
      {(conflicts ?? []).map(({ field, mine: own, theirs, base, by, at }) => (
        <section key={field} className={styles.field} aria-label={label(field)}>
          <h3 className={styles.name}>{label(field)}</h3>
          <p className={styles.base}>
            <span>{t("detail.conflict.base")}</span> {shown(field, base)}
          </p>
          <Radio.Group className={styles.choices} value={mine.has(field) ? "mine" : "theirs"} onChange={(event) => choose(field, event.target.value === "mine")}>
            <Radio value="mine" className={styles.choice}>
              <span className={styles.who}>{t("detail.conflict.mine")}</span>
              <span className={styles.value}>{shown(field, own)}</span>
            </Radio>
            <Radio value="theirs" className={styles.choice}>
              <span className={styles.who}>
                {by?.name ? <MemberAvatar member={by} size={16} withName /> : t("detail.conflict.theirs")}
                {at && <RelativeTime time={at} />}
              </span>
              <span className={styles.value}>{shown(field, theirs)}</span>
            </Radio>
          </Radio.Group>
        </section>
      ))}
    </Modal>
  );
}
