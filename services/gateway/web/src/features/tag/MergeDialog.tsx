/** Chooses the tag that takes another one's place. */
import { Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Tag } from "@/api/tag";
import { findTags } from "@/lib/tag";
import styles from "@/ui/Tag.module.css";
import { usedText } from "@/features/tag/usedText";
import { StatusDot } from "@/ui/StatusDot";

type Props = { tag: Tag; tags: readonly Tag[]; busy: boolean; onClose: () => void; onMerge: (into: string) => void };

export function MergeDialog({ tag, tags, busy, onClose, onMerge }: Props) {
  const { t } = useTranslation();
  const [into, setInto] = useState<string>();
  const [typed, setTyped] = useState("");
  const others = tags.filter((other) => other.tag_id !== tag.tag_id);
  return (
    <Modal open title={t("tag.mergeTitle", { name: tag.name })} width={440} onCancel={onClose} onOk={() => into && onMerge(into)} okText={t("tag.mergeNow")} cancelText={t("common.cancel")} okButtonProps={{ disabled: !into, loading: busy, danger: true }}>
      <div className={styles.dialog}>
        <Select
          autoFocus
          value={into}
          placeholder={t("tag.mergeInto")}
          aria-label={t("tag.mergeInto")}
          showSearch={{ filterOption: false, onSearch: setTyped }}
          options={findTags(others, typed, []).map((other) => ({ value: other.tag_id, label: other.name, color: other.color }))}
          optionRender={({ data }) => <StatusDot label={data.label} color={data.color} />}
          onChange={setInto}
        />
        <p>{t("tag.mergeHint", { name: tag.name, used: usedText(t, tag.usage) })}</p>
      </div>
    </Modal>
  );
}
