/** The tags in the head of a customer: who set each is told on hover; added and taken away in place, at once. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popover, Tooltip } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { customerKeys, type Access, type Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { setTag, useTagSource, type TagRef } from "@/api/tag";
import type { Schema } from "@/api/schema";
import { toggled, type TagSource } from "@/lib/tag";
import styles from "@/ui/Tag.module.css";
import { TagChip, tagText } from "@/ui/TagChip";
import { TagFinder } from "@/ui/TagFinder";
import { accessReason } from "@/lib/access";
import { http } from "@/lib/http";
import { formatTime } from "@/lib/time";
import { useProblemToast } from "@/ui/useProblemToast";

const UNDO_SECONDS = 8;

/** Changes the tags of one customer: shown at once, put back where the server refuses. */
function useSetTag(customer: Customer, { items, single }: TagSource) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const cache = useCustomerCache(customer.customer_id);
  const showProblem = useProblemToast();
  const show = (tags: TagRef[]) => client.setQueryData<Customer>(customerKeys.one(customer.customer_id), (before) => before && { ...before, tags });

  async function change(tag: TagRef, on: boolean): Promise<boolean> {
    const known = items.find((each) => each.tag_id === tag.tag_id);
    const held = customer.tags ?? [];
    const ids = held.map((each) => each.tag_id);
    const after = on && known ? toggled(ids, known, items, single) : on ? [...ids, tag.tag_id] : ids.filter((id) => id !== tag.tag_id);
    show([...held, tag].filter((each, at, all) => after.includes(each.tag_id) && all.findIndex((other) => other.tag_id === each.tag_id) === at));
    try {
      cache.put(await setTag(customer.customer_id, tag.tag_id, on));
      return true;
    } catch (error) {
      show(held);
      showProblem(error);
      return false;
    }
  }
  /** Says what is gone, with a way back unless the tag can be set no more. */
  function tell(text: string, gone: TagRef): void {
    const key = `untag-${customer.customer_id}-${gone.tag_id}`;
    const undo = () => {
      message.destroy(key);
      void setTag(customer.customer_id, gone.tag_id, true).then(cache.put, showProblem);
    };
    void message.info({
      key,
      duration: UNDO_SECONDS,
      content: (
        <>
          {text}{" "}
          {!gone.archived && (
            <Button type="link" size="small" onClick={undo}>
              {t("tag.undo")}
            </Button>
          )}
        </>
      ),
    });
  }
  async function takeAway(tag: TagRef): Promise<void> {
    if (await change(tag, false)) tell(t(tag.archived ? "tag.takenAwayForGood" : "tag.takenAway", { name: tag.name }), tag);
  }
  /** Of a group that allows one tag, the new one took the place of another: that is said, with the other as the way back. */
  async function toggle(tag: TagRef): Promise<void> {
    const held = customer.tags ?? [];
    const on = !held.some((each) => each.tag_id === tag.tag_id);
    const known = items.find((each) => each.tag_id === tag.tag_id);
    const after = on && known ? toggled(held.map((each) => each.tag_id), known, items, single) : null;
    const replaced = after && held.find((each) => !after.includes(each.tag_id));
    if ((await change(tag, on)) && replaced) tell(t("tag.replaced", { name: tag.name, old: replaced.name }), replaced);
  }
  return { toggle, takeAway };
}

export function CustomerTags({ customer, access }: { customer: Customer; access: Access | undefined }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const source = useTagSource();
  const { toggle, takeAway } = useSetTag(customer, source);
  const allowed = access?.actions.tag?.allowed ?? false;
  const reason = accessReason(access?.actions.tag);
  const tags = customer.tags;
  const key = [...customerKeys.one(customer.customer_id), "tags"];
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => http.get<Schema<"SetTags">>(`/api/customers/${customer.customer_id}/tags`, undefined, signal), enabled: Boolean(tags?.length) });
  if (!tags) return null; // the pool hides them
  const hint = (tag: TagRef) => {
    const set = data?.items.find((each) => each.tag_id === tag.tag_id);
    return set ? t("tag.setBy", { name: tagText(t, tag), member: set.added_by?.name ?? t("timeline.system"), time: formatTime(set.added_at) }) : tagText(t, tag);
  };
  const finder = (
    <TagFinder source={source} chosen={tags.map((tag) => tag.tag_id)} onToggle={(tag) => void toggle(tag)} onClose={() => setOpen(false)} label={t("tag.tags")} />
  );
  return (
    <div className={styles.row} role="group" aria-label={t("tag.tags")}>
      {tags.map((tag) => (
        <TagChip key={tag.tag_id} tag={tag} hint={hint(tag)} onRemove={allowed ? () => void takeAway(tag) : undefined} />
      ))}
      {allowed ? (
        <Popover trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden content={finder}>
          <button type="button" className={styles.add} data-action="tag" aria-label={t("tag.add")} aria-expanded={open}>
            <Plus size={12} aria-hidden />
            {t("tag.tag")}
          </button>
        </Popover>
      ) : (
        tags.length === 0 &&
        reason && (
          <Tooltip title={reason}>
            <span className={styles.rest}>{t("tag.none")}</span>
          </Tooltip>
        )
      )}
    </div>
  );
}
