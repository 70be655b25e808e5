/** All members: who, where, what they may do; changes open in a dialog. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Input, Segmented, Select, Skeleton, Tag, TreeSelect } from "antd";
import { Ellipsis, KeyRound, Pencil, Search, UserCheck, UserX } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { editMember, listMembers, type Member } from "@/api/member";
import { useMe } from "@/api/session";
import styles from "@/features/member/member.module.css";
import { RIGHTS, usualRights } from "@/features/member/rights";
import type { TreeNode } from "@/lib/tree";
import { useDebounced } from "@/lib/useDebounced";
import { useNarrow } from "@/lib/useNarrow";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { MemberAvatar } from "@/ui/MemberAvatar";
import { RelativeTime } from "@/ui/RelativeTime";
import { useProblemToast } from "@/ui/useProblemToast";

type Props = { departments: TreeNode[]; onEdit: (member: Member) => void; onResetPassword: (member: Member) => void };

const STATES = ["active", "inactive", "any"] as const;
type State = (typeof STATES)[number];

export function MemberTable({ departments, onEdit, onResetPassword }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [typed, setTyped] = useState("");
  const [state, setState] = useState<State>("active");
  const [departmentId, setDepartmentId] = useState<string>();
  const q = useDebounced(typed.trim(), 250);
  const filter = { q: q || undefined, department_id: departmentId, active: state === "any" ? undefined : state === "active" };
  const query = useInfiniteQuery({
    queryKey: ["members", "list", filter],
    queryFn: ({ pageParam, signal }) => listMembers({ ...filter, limit: 50, after: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  const count = query.data?.pages[0]?.count;
  const name = (member: Member) => (
    <button type="button" className={styles.name} onClick={() => onEdit(member)}>
      <MemberAvatar member={member} size={24} withName />
      {!member.active && <Tag>{t("member.inactive")}</Tag>}
    </button>
  );
  const quiet = (text: ReactNode) => <span className={styles.quiet}>{text}</span>;
  const all: { key: string; title: ReactNode; narrow?: boolean; render: (member: Member) => ReactNode }[] = [
    { key: "name", title: t("member.name"), narrow: true, render: name },
    { key: "account", title: t("member.account"), render: (member) => member.account },
    { key: "department", title: t("member.department"), narrow: true, render: (member) => member.department_name ?? quiet(t("member.noDepartment")) },
    { key: "role", title: t("member.roleLabel"), render: (member) => <span data-role={member.role} className={styles.role}>{t(`member.role.${member.role}`)}</span> },
    { key: "rights", title: t("member.rights"), render: (member) => <Rights member={member} /> },
    { key: "seen", title: t("member.lastSeen"), render: (member) => quiet(member.last_seen_at ? <RelativeTime time={member.last_seen_at} /> : t("member.never")) },
    { key: "menu", title: <span className="visually-hidden">{t("common.more")}</span>, narrow: true, render: (member) => <MemberMenu member={member} onEdit={onEdit} onResetPassword={onResetPassword} /> },
  ];
  const columns = all.filter((column) => !narrow || column.narrow);
  return (
    <>
      <div className={styles.filters}>
        <Input className={styles.search} allowClear prefix={<Search size={14} aria-hidden />} placeholder={t("member.search")} aria-label={t("member.search")} value={typed} onChange={(event) => setTyped(event.target.value)} />
        <TreeSelect className={styles.department} allowClear treeData={departments} treeDefaultExpandAll placeholder={t("member.anyDepartment")} aria-label={t("member.department")} value={departmentId} onChange={(value?: string) => setDepartmentId(value)} />
        {narrow ? (
          <Select value={state} onChange={setState} aria-label={t("member.state")} options={STATES.map((each) => ({ value: each, label: stateText(each, t) }))} />
        ) : (
          <Segmented value={state} onChange={setState} aria-label={t("member.state")} options={STATES.map((each) => ({ value: each, label: stateText(each, t) }))} />
        )}
      </div>
      {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton active />}
      {query.isSuccess && members.length === 0 && <EmptyState title={t("member.empty")} />}
      {members.length > 0 && (
        <div className={styles.wide}>
          <table className={styles.table}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.key} scope="col">
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr key={member.member_id}>
                  {columns.map((column) => (
                    <td key={column.key}>{column.render(member)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className={styles.foot}>
        {count && t("member.count", { count: count.value })}
        {query.hasNextPage && (
          <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("member.more")}
          </Button>
        )}
      </p>
    </>
  );
}

function stateText(state: State, t: (key: string) => string): string {
  if (state === "any") return t("common.all");
  return t(state === "active" ? "member.activeOnly" : "member.inactiveOnly");
}

/** Rights in words; the role's usual ones need none. */
function Rights({ member }: { member: Member }) {
  const { t } = useTranslation();
  if (member.role === "admin") return <span className={styles.quiet}>{t("common.all")}</span>;
  const usual = usualRights(member.role);
  const held = RIGHTS.filter((right) => member.rights.includes(right));
  if (held.length === 0) return <span className={styles.quiet}>—</span>;
  return (
    <span className={styles.rights}>
      {held.map((right) => (
        <span key={right} data-extra={!usual.includes(right) || undefined} className={styles.right}>
          {t(`member.right.${right}`)}
        </span>
      ))}
    </span>
  );
}

function MemberMenu({ member, onEdit, onResetPassword }: Omit<Props, "departments"> & { member: Member }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const me = useMe();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const setActive = (active: boolean) =>
    editMember(member.member_id, { active }).then(() => {
      void message.success(t(active ? "member.enabled" : "member.disabled", { name: member.name }));
      void client.invalidateQueries({ queryKey: ["members"] });
    }, showProblem);
  const askDisable = () =>
    void modal.confirm({
      title: t("member.disableTitle", { name: member.name }),
      content: t("member.disableHint"),
      okText: t("member.disable"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => setActive(false),
    });
  const items = [
    { key: "edit", icon: <Pencil size={14} />, label: t("member.edit"), onClick: () => onEdit(member) },
    { key: "password", icon: <KeyRound size={14} />, label: t("member.resetPassword"), onClick: () => onResetPassword(member) },
    { type: "divider" as const },
    member.active
      ? { key: "disable", icon: <UserX size={14} />, label: t("member.disable"), danger: true, disabled: member.member_id === me.member_id, onClick: askDisable }
      : { key: "enable", icon: <UserCheck size={14} />, label: t("member.enable"), onClick: () => void setActive(true) },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <Button type="text" size="small" icon={<Ellipsis size={16} />} aria-label={t("member.menu", { name: member.name })} />
    </Dropdown>
  );
}
