/** All tags by their groups: order by dragging, name and colour in place, merge, archive with undo, pinned ones. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Skeleton } from "antd";
import { Ellipsis, RotateCcw, Tags } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { customerKeys } from "@/api/customer";
import { archivedTagsQuery, deleteTagGroup, editTag, editTagGroup, mergeTag, orderTags, pinTags, tagKeys, usedTagsQuery, type Tag, type TagGroup, type TagList } from "@/api/tag";
import { GroupNameDialog } from "@/features/tag/GroupNameDialog";
import { MergeDialog } from "@/features/tag/MergeDialog";
import { TagChip } from "@/ui/TagChip";
import styles from "@/features/tag/TagManager.module.css";
import { TagRow } from "@/features/tag/TagRow";
import { usedText } from "@/features/tag/usedText";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { SortableList } from "@/ui/SortableList";
import { useProblemToast } from "@/ui/useProblemToast";

const UNDO_SECONDS = 8;

/** What the manager does, each told when it failed and shown anew when it worked. */
function useManage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const showProblem = useProblemToast();
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: tagKeys.all }), client.invalidateQueries({ queryKey: customerKeys.all })]);
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      showProblem(error);
      return false;
    } finally {
      void refresh();
    }
  }
  async function archive(tag: Tag): Promise<void> {
    if (!(await run(() => editTag(tag.tag_id, { archived: true })))) return;
    const key = `archive-${tag.tag_id}`;
    const undo = () => {
      message.destroy(key);
      void run(() => editTag(tag.tag_id, { archived: false }));
    };
    void message.info({
      key,
      duration: UNDO_SECONDS,
      content: (
        <>
          {t("tag.archived", { name: tag.name })}{" "}
          <Button type="link" size="small" onClick={undo}>
            {t("tag.undo")}
          </Button>
        </>
      ),
    });
  }
  /** The order shown at once, before it is saved. */
  const reorder = (list: TagList, items: Tag[]) => {
    client.setQueryData(tagKeys.used, { ...list, items });
    void run(() => orderTags(items.map((tag) => tag.tag_id)));
  };
  return { run, archive, reorder, message };
}

export function TagManager() {
  const { t } = useTranslation();
  const query = useQuery(usedTagsQuery);
  const { run, archive, reorder, message } = useManage();
  const [merging, setMerging] = useState<Tag | null>(null);
  const [renaming, setRenaming] = useState<TagGroup | null>(null);
  const [busy, setBusy] = useState(false);
  const list = query.data;
  if (query.isError) return <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />;
  if (!list) return <Skeleton active />;

  const pin = (tag: Tag, on: boolean) => {
    const pinned = list.items.filter((each) => each.pinned && each.tag_id !== tag.tag_id).map((each) => each.tag_id);
    void run(() => pinTags(on ? [...pinned, tag.tag_id] : pinned));
  };
  const merge = async (tag: Tag, into: string) => {
    setBusy(true);
    await run(async () => {
      const done = await mergeTag(tag.tag_id, into);
      void message.success(t(done.moving ? "tag.mergingRest" : "tag.merged", { count: done.moved }));
      setMerging(null);
    });
    setBusy(false);
  };
  const groupTags = (groupId: string | null) => list.items.filter((tag) => tag.tag_group_id === groupId);
  const rows = (groupId: string | null, label: string) => (
    <SortableList
      items={groupTags(groupId)}
      keyOf={(tag) => tag.tag_id}
      nameOf={(tag) => tag.name}
      label={`${t("tag.order")} ${label}`}
      disabled={!list.may_order}
      onOrder={(items) => reorder(list, [...list.items.filter((tag) => tag.tag_group_id !== groupId), ...items])}
      render={(tag) => <TagRow tag={tag} list={list} onEdit={(change) => run(() => editTag(tag.tag_id, change))} onPin={(on) => pin(tag, on)} onArchive={() => void archive(tag)} onMerge={() => setMerging(tag)} />}
    />
  );
  const loose = groupTags(null);
  return (
    <div className={styles.manager}>
      {list.items.length === 0 && list.groups.length === 0 && <EmptyState icon={<Tags size={26} />} title={t("tag.emptyTitle")} hint={t("tag.emptyHint")} />}
      {list.groups.map((group) => (
        <section key={group.tag_group_id} className={styles.group} aria-label={group.name}>
          <h2 className={styles.groupHead}>
            {group.name}
            {group.single && (
              <span className={styles.single} title={t("tag.single")}>
                {t("tag.singleShort")}
              </span>
            )}
            {list.may_group && <GroupMenu group={group} onRename={() => setRenaming(group)} onSingle={(single) => void run(() => editTagGroup(group.tag_group_id, { single }))} onDelete={() => void run(() => deleteTagGroup(group.tag_group_id)).then((done) => done && message.success(t("tag.groupDeleted", { name: group.name })))} />}
          </h2>
          {groupTags(group.tag_group_id).length === 0 ? <p className={styles.quiet}>{t("tag.emptyGroup")}</p> : rows(group.tag_group_id, group.name)}
        </section>
      ))}
      {loose.length > 0 && (
        <section className={styles.group} aria-label={t("tag.ungrouped")}>
          {list.groups.length > 0 && <h2 className={styles.groupHead}>{t("tag.ungrouped")}</h2>}
          {rows(null, t("tag.ungrouped"))}
        </section>
      )}
      <ArchivedTags onRestore={(tag) => void run(() => editTag(tag.tag_id, { archived: false })).then((done) => done && message.success(t("tag.restored", { name: tag.name })))} />
      {merging && <MergeDialog tag={merging} tags={list.items} busy={busy} onClose={() => setMerging(null)} onMerge={(into) => void merge(merging, into)} />}
      {renaming && <GroupNameDialog group={renaming} onClose={() => setRenaming(null)} onSave={(name) => run(() => editTagGroup(renaming.tag_group_id, { name }))} />}
    </div>
  );
}

function GroupMenu({ group, onRename, onSingle, onDelete }: { group: TagGroup; onRename: () => void; onSingle: (single: boolean) => void; onDelete: () => void }) {
  const { t } = useTranslation();
  const items = [
    { key: "rename", label: t("tag.renameGroup"), onClick: onRename },
    { key: "single", label: t(group.single ? "tag.makeMany" : "tag.makeSingle"), onClick: () => onSingle(!group.single) },
    { key: "delete", label: t("tag.deleteGroup"), onClick: onDelete },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" size="small" icon={<Ellipsis size={15} />} aria-label={t("tag.groupMenu", { name: group.name })} />
    </Dropdown>
  );
}

function ArchivedTags({ onRestore }: { onRestore: (tag: Tag) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(archivedTagsQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <details className={styles.archive}>
      <summary>
        {t("tag.archivedTags")} ({data.items.length})
      </summary>
      <ul>
        {data.items.map((tag) => (
          <li key={tag.tag_id}>
            <TagChip tag={{ ...tag, archived: true }} />
            <span className={styles.quiet}>{usedText(t, tag.usage)}</span>
            {tag.may_edit && (
              <Button type="link" size="small" icon={<RotateCcw size={13} />} onClick={() => onRestore(tag)}>
                {t("tag.restore")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
