/** One follow-up: who, how, when, what, and what it changed; its author edits it in place. */
import { App, Button, DatePicker, Dropdown, Input } from "antd";
import { ArrowRight, CalendarClock, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "@/api/customer";
import { useCustomerCache } from "@/api/customer_cache";
import { deleteFollowUp, editFollowUp, type FollowUp } from "@/api/follow_up";
import { useOptions } from "@/api/option";
import { useMe } from "@/api/session";
import styles from "@/features/follow_up/FollowUpPanel.module.css";
import { methodIcon } from "@/features/follow_up/methodIcons";
import { isComposing } from "@/lib/keys";
import { formatTime, fromWall, wallOf } from "@/lib/time";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusDot } from "@/ui/StatusDot";
import { useProblemToast } from "@/ui/useProblemToast";

type Props = { followUp: FollowUp; customer: Customer; mayManage: boolean };

export function FollowUpItem({ followUp, customer, mayManage }: Props) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const me = useMe();
  const showProblem = useProblemToast();
  const cache = useCustomerCache(customer.customer_id);
  const [editing, setEditing] = useState(false);
  const mine = followUp.author.member_id === me.member_id;
  const Icon = methodIcon(followUp.method);
  const { find } = useOptions();

  function askDelete(): void {
    void modal.confirm({
      title: t("follow_up.deleteTitle"),
      content: t("follow_up.deleteHint"),
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => deleteFollowUp(followUp.follow_up_id).then(cache.refresh, showProblem),
    });
  }

  const items = [
    ...(mine ? [{ key: "edit", icon: <Pencil size={14} />, label: t("common.edit"), onClick: () => setEditing(true) }] : []),
    ...(mine || mayManage ? [{ key: "delete", icon: <Trash2 size={14} />, label: t("common.delete"), danger: true, onClick: askDelete }] : []),
  ];
  return (
    <li className={styles.item}>
      <span className={styles.icon} aria-hidden>
        <Icon size={14} />
      </span>
      <div className={styles.body}>
        <div className={styles.head}>
          <MemberAvatar member={followUp.author} size={18} withName />
          <span className={styles.method}>{find("follow_up_method", followUp.method)?.label}</span>
          <RelativeTime time={followUp.followed_at} className={styles.time} />
          {items.length > 0 && (
            <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
              <Button type="text" size="small" className={styles.menu} icon={<Ellipsis size={15} />} aria-label={t("follow_up.menu")} />
            </Dropdown>
          )}
        </div>
        {editing ? <Editor followUp={followUp} customerId={customer.customer_id} onClose={() => setEditing(false)} /> : <p className={styles.content}>{followUp.content}</p>}
        <Effects followUp={followUp} />
      </div>
    </li>
  );
}

function Effects({ followUp }: { followUp: FollowUp }) {
  const { t } = useTranslation();
  const { find } = useOptions();
  const { status_before: from, status_after: to } = followUp;
  const before = find("status", from);
  const after = find("status", to);
  const changed = after && from !== to;
  if (!changed && !followUp.next_contact_at) return null;
  return (
    <p className={styles.effects}>
      {changed && (
        <span className={styles.effect}>
          {before && <StatusDot {...before} />}
          {before && <ArrowRight size={12} aria-hidden />}
          <StatusDot {...after} />
        </span>
      )}
      {followUp.next_contact_at && (
        <span className={styles.effect}>
          <CalendarClock size={13} aria-hidden />
          {t("follow_up.next", { time: formatTime(followUp.next_contact_at) })}
        </span>
      )}
    </p>
  );
}

function Editor({ followUp, customerId, onClose }: { followUp: FollowUp; customerId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useCustomerCache(customerId);
  const showProblem = useProblemToast();
  const [content, setContent] = useState(followUp.content);
  const [followedAt, setFollowedAt] = useState(followUp.followed_at);
  const [saving, setSaving] = useState(false);

  async function save(): Promise<void> {
    if (saving || content.trim() === "") return;
    const changes = {
      ...(content.trim() === followUp.content ? {} : { content: content.trim() }),
      ...(followedAt === followUp.followed_at ? {} : { followed_at: followedAt }),
    };
    if (Object.keys(changes).length === 0) return onClose();
    setSaving(true);
    await editFollowUp(followUp, changes).then(() => {
      onClose();
      return cache.refresh();
    }, showProblem);
    setSaving(false);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
    }
  }

  return (
    <div className={styles.editor} onKeyDown={onKeyDown}>
      <Input.TextArea autoFocus rows={2} maxLength={10_000} value={content} aria-label={t("follow_up.content")} onChange={(event) => setContent(event.target.value)} />
      <div className={styles.editorFoot}>
        <DatePicker
          size="small"
          className={styles.editorTime}
          allowClear={false}
          showTime={{ format: "HH:mm", minuteStep: 5 }}
          format="YYYY-MM-DD HH:mm"
          value={wallOf(followedAt)}
          aria-label={t("follow_up.followedAt")}
          disabledDate={(day) => day.isAfter(wallOf(new Date().toISOString()), "day")}
          onChange={(day) => day && setFollowedAt(fromWall(day.format("YYYY-MM-DD HH:mm")))}
        />
        <Button size="small" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button size="small" type="primary" loading={saving} disabled={content.trim() === ""} onClick={() => void save()}>
          {t("common.save")}
        </Button>
      </div>
    </div>
  );
}
