/** The pools with what holds in each, and what can be done with one. */
import { Button, Dropdown, Tag } from "antd";
import { Archive, ArchiveRestore, ChartColumn, Ellipsis, PencilLine, Recycle } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Pool } from "@/api/pool";
import styles from "@/features/pool/pool.module.css";
import { countText } from "@/lib/count";
import { useNarrow } from "@/lib/useNarrow";
import { PlainTable } from "@/ui/PlainTable";

type Props = { pools: Pool[]; loading: boolean; onEdit: (pool: Pool) => void; onArchive: (pool: Pool) => void; onRestore: (pool: Pool) => void; onRules: (pool: Pool) => void; onFigures: (pool: Pool) => void };

const LIMITS = ["claims_per_day", "held_max", "previous_owner_wait_days", "new_wait_hours", "cooldown_days"] as const;

export function PoolTable({ pools, loading, onEdit, onArchive, onRestore, onRules, onFigures }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const actions = (pool: Pool) =>
    pool.archived_at
      ? [{ key: "restore", icon: <ArchiveRestore size={14} />, label: t("pool.restore"), onClick: () => onRestore(pool) }]
      : [
          { key: "edit", icon: <PencilLine size={14} />, label: t("pool.edit"), onClick: () => onEdit(pool) },
          { key: "rules", icon: <Recycle size={14} />, label: t("pool.rules"), onClick: () => onRules(pool) },
          { key: "figures", icon: <ChartColumn size={14} />, label: t("pool.figures"), onClick: () => onFigures(pool) },
          { type: "divider" as const },
          { key: "archive", icon: <Archive size={14} />, label: t("pool.archive"), disabled: pool.is_default, onClick: () => onArchive(pool) },
        ];
  return (
    <PlainTable<Pool>
      roomy
      label={t("pool.title")}
      rows={pools}
      rowKey={(pool) => pool.pool_id}
      loading={loading}
      columns={[
        {
          key: "name",
          title: t("pool.name"),
          cell: (pool) => (
            <div className={styles.name}>
              <span>
                {pool.archived_at ? pool.name : <Button type="link" className={styles.link} onClick={() => onEdit(pool)}>{pool.name}</Button>}
                {pool.is_default && <Tag color="blue">{t("pool.default")}</Tag>}
              </span>
              {pool.description && <small>{pool.description}</small>}
              {narrow && (
                <>
                  <small>{t("pool.holds", { count: pool.customers.value, total: countText(pool.customers) })}</small>
                  <Who pool={pool} />
                  <Limits pool={pool} />
                </>
              )}
            </div>
          ),
        },
        ...(narrow
          ? []
          : [
              { key: "who", title: t("pool.who"), cell: (pool: Pool) => <Who pool={pool} /> },
              { key: "limits", title: t("pool.limits"), cell: (pool: Pool) => <Limits pool={pool} /> },
              { key: "customers", title: t("pool.customers"), right: true, width: 96, cell: (pool: Pool) => countText(pool.customers) },
            ]),
        {
          key: "actions",
          title: t("field.actions"),
          right: true,
          width: 72,
          cell: (pool) => (
            <Dropdown menu={{ items: actions(pool) }} trigger={["click"]} placement="bottomRight">
              <Button type="text" size="small" icon={<Ellipsis size={16} />} aria-label={t("pool.actionsOf", { name: pool.name })} />
            </Dropdown>
          ),
        },
      ]}
    />
  );
}

function Who({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  if (pool.open_to_all) return <span>{t("pool.openToAll")}</span>;
  const names = [...(pool.departments ?? []), ...(pool.members ?? []), ...pool.admins].map((each) => each.name);
  return (
    <div className={styles.name}>
      <span>{t("pool.membersOnly")}</span>
      <small>{names.length > 0 ? [...new Set(names)].slice(0, 6).join("、") + (names.length > 6 ? "…" : "") : t("pool.needMembers")}</small>
    </div>
  );
}

function Limits({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  const set = LIMITS.filter((name) => (name === "claims_per_day" || name === "held_max" ? pool[name] !== null : Boolean(pool[name])));
  if (set.length === 0) return <span className={styles.quiet}>{t("pool.limit.none")}</span>;
  return (
    <span className={styles.limits}>
      {set.map((name) => (
        <Tag key={name}>{t(`pool.limit.${name}`, { count: pool[name] ?? 0 })}</Tag>
      ))}
    </span>
  );
}
