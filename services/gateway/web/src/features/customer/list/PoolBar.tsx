/** Over the list of a pool: which pool, how much of today's claims and of the room is used, the next customer by one click, and the way to its rules and figures. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Segmented, Select, Tooltip } from "antd";
import { ChartColumn, HandGrab, Recycle } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { claimNext, poolKeys, poolsQuery, type Pool } from "@/api/pool";
import { useMe } from "@/api/session";
import styles from "@/features/customer/list/PoolBar.module.css";
import { useClaimHint } from "@/features/customer/batch/useClaimHint";
import { useRefreshCustomers } from "@/features/customer/list/useCustomerList";
import type { ActionAccess } from "@/lib/access";
import { asProblem, problemText } from "@/lib/problem";
import { AccessButton } from "@/ui/AccessButton";
import { useProblemToast } from "@/ui/useProblemToast";
import { useSaidDone } from "@/ui/useSaidDone";

type Props = { poolId: string | undefined; onPool: (poolId: string | undefined) => void; onOpen: (customerId: string) => void; narrow: boolean };

const SEGMENTS = 4;

export function PoolBar({ poolId, onPool, onOpen, narrow }: Props) {
  const { t } = useTranslation();
  const pools = useQuery(poolsQuery()).data?.items ?? [];
  const [only] = pools;
  const chosen = pools.find((pool) => pool.pool_id === poolId) ?? (pools.length === 1 ? only : undefined);
  const next = useNext(onOpen);
  const spent = chosen && spentOf(chosen);
  if (!only) return null;
  return (
    <div className={styles.bar} role="group" aria-label={t("pool.bar")}>
      {pools.length > 1 && <Switcher pools={pools} poolId={poolId} onPool={onPool} compact={narrow || pools.length > SEGMENTS} />}
      {chosen ? <QuotaLine pool={chosen} /> : <span className={styles.quiet}>{t("pool.chooseForQuota")}</span>}
      {chosen && <AdminLinks pool={chosen} />}
      {chosen && (
        <span className={styles.next}>
          <Tooltip title={spent ? undefined : t("pool.nextHint")}>
            <AccessButton access={spent ?? { allowed: true }} icon={<HandGrab size={14} aria-hidden />} loading={next.busy} onClick={() => void next.take(chosen)}>
              {t("pool.next")}
            </AccessButton>
          </Tooltip>
        </span>
      )}
    </div>
  );
}

function Switcher({ pools, poolId, onPool, compact }: { pools: Pool[]; poolId: string | undefined; onPool: (poolId: string | undefined) => void; compact: boolean }) {
  const { t } = useTranslation();
  const options = [{ value: "", label: t("pool.all") }, ...pools.map((pool) => ({ value: pool.pool_id, label: pool.name }))];
  const change = (value: string) => onPool(value || undefined);
  return compact ? (
    <Select className={styles.select} value={poolId ?? ""} onChange={change} options={options} aria-label={t("pool.switch")} showSearch={{ optionFilterProp: "label" }} />
  ) : (
    <Segmented value={poolId ?? ""} onChange={change} options={options} aria-label={t("pool.switch")} />
  );
}

/** To the rules and figures of a pool, for its admins; who manages a department reads the figures. */
function AdminLinks({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  const me = useMe();
  if (!pool.admin && me.role === "member") return null;
  const params = { poolId: pool.pool_id };
  return (
    <span className={styles.links}>
      {pool.admin && (
        <Link to="/admin/pools/$poolId/rules" params={params}>
          <Recycle size={14} aria-hidden />
          {t("pool.rules")}
        </Link>
      )}
      <Link to="/admin/pools/$poolId/figures" params={params}>
        <ChartColumn size={14} aria-hidden />
        {t("pool.figures")}
      </Link>
    </span>
  );
}

/** The refusal that claiming would meet, in the server's words; undefined while there is room. */
function spentOf({ name, quota }: Pool): ActionAccess | undefined {
  if (quota.exempt) return undefined;
  if (quota.claims_per_day !== null && quota.claims_today >= quota.claims_per_day) return { allowed: false, code: "claim_quota_used", pool: name, limit: quota.claims_per_day };
  if (quota.held_max !== null && quota.held >= quota.held_max) return { allowed: false, code: "held_max_reached", pool: name, limit: quota.held_max };
  return undefined;
}

/** 今日可领取 5 / 20 · 持有 37 / 200 */
function QuotaLine({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  const { claims_today: used, claims_per_day: perDay, held, held_max: most, exempt } = pool.quota;
  if (exempt) return <span className={styles.quiet}>{t("pool.exempt")}</span>;
  if (perDay === null && most === null) return <span className={styles.quiet}>{t("pool.unlimited", { used, held })}</span>;
  return (
    <span className={styles.quota}>
      {perDay !== null && (
        <span data-spent={used >= perDay || undefined}>
          {t("pool.claimsLeft")} <b>{Math.max(0, perDay - used)}</b> / {perDay}
        </span>
      )}
      {most !== null && (
        <span data-spent={held >= most || undefined}>
          {t("pool.held")} <b>{held}</b> / {most}
        </span>
      )}
    </span>
  );
}

function useNext(onOpen: (customerId: string) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const refresh = useRefreshCustomers();
  const showProblem = useProblemToast();
  const sayDone = useSaidDone();
  const hint = useClaimHint();
  const [busy, setBusy] = useState(false);
  const take = async (pool: Pool) => {
    setBusy(true);
    try {
      const { answer: customer, batchId } = await claimNext(pool.pool_id);
      sayDone(t("list.claimed", { name: customer.name }), batchId, hint);
      onOpen(customer.customer_id);
      refresh();
    } catch (error) {
      if (asProblem(error).code === "pool_empty") void message.info(problemText(error));
      else showProblem(error);
    } finally {
      void client.invalidateQueries({ queryKey: poolKeys.all });
      setBusy(false);
    }
  };
  return { take, busy };
}
