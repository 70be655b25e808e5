/** Makes tags in the manager: a name and Enter, the field stays for the next one. */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select, type InputRef } from "antd";
import { Plus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { createTag, createTagGroup, tagKeys, useTags } from "@/api/tag";
import { GroupNameDialog } from "@/features/tag/GroupNameDialog";
import styles from "@/features/tag/TagManager.module.css";
import { isComposing } from "@/lib/keys";
import { useProblemToast } from "@/ui/useProblemToast";

export function NewTag() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const { list, groups } = useTags();
  const field = useRef<InputRef>(null);
  const [name, setName] = useState("");
  const [groupId, setGroupId] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [grouping, setGrouping] = useState(false);
  if (!list?.may_create) return null;

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      await client.invalidateQueries({ queryKey: tagKeys.all });
      return true;
    } catch (error) {
      showProblem(error);
      return false;
    }
  }
  async function make(): Promise<void> {
    if (!name.trim() || busy) return;
    setBusy(true);
    if (await run(() => createTag({ name: name.trim(), tag_group_id: groupId ?? null }))) setName("");
    setBusy(false);
    field.current?.focus();
  }
  return (
    <div className={styles.new}>
      <Input ref={field} value={name} maxLength={30} placeholder={t("tag.newName")} aria-label={t("tag.newName")} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === "Enter" && !isComposing(event) && void make()} />
      {groups.length > 0 && <Select allowClear value={groupId} placeholder={t("tag.ungrouped")} aria-label={t("tag.moveTo")} className={styles.newGroup} options={groups.map((group) => ({ value: group.tag_group_id, label: group.name }))} onChange={setGroupId} />}
      <Button type="primary" icon={<Plus size={15} />} loading={busy} disabled={!name.trim()} onClick={() => void make()}>
        {t("tag.new")}
      </Button>
      {list.may_group && <Button onClick={() => setGrouping(true)}>{t("tag.newGroup")}</Button>}
      {grouping && <GroupNameDialog onClose={() => setGrouping(false)} onSave={(groupName, single) => run(() => createTagGroup(groupName, single))} />}
    </div>
  );
}
