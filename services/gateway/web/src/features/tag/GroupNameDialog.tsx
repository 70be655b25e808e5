/** Names a group: a new one, which may allow one tag per customer, or another name for one that is there. */
import { Checkbox, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TagGroup } from "@/api/tag";
import styles from "@/ui/Tag.module.css";
import { isComposing } from "@/lib/keys";

type Props = { group?: TagGroup; onClose: () => void; onSave: (name: string, single: boolean) => Promise<boolean> };

export function GroupNameDialog({ group, onClose, onSave }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(group?.name ?? "");
  const [single, setSingle] = useState(false);
  const [busy, setBusy] = useState(false);
  const title = t(group ? "tag.renameGroup" : "tag.newGroup");
  async function save(): Promise<void> {
    if (!name.trim() || busy) return;
    setBusy(true);
    const done = await onSave(name.trim(), single);
    setBusy(false);
    if (done) onClose();
  }
  return (
    <Modal open title={title} width={400} onCancel={onClose} onOk={() => void save()} okText={t("common.save")} cancelText={t("common.cancel")} okButtonProps={{ disabled: !name.trim(), loading: busy }}>
      <div className={styles.dialog}>
        <Input autoFocus value={name} maxLength={30} placeholder={t("tag.groupName")} aria-label={t("tag.groupName")} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === "Enter" && !isComposing(event) && void save()} />
        {!group && (
          <Checkbox checked={single} onChange={(event) => setSingle(event.target.checked)}>
            {t("tag.single")}
          </Checkbox>
        )}
      </div>
    </Modal>
  );
}
