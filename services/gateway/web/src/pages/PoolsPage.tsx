/** Pools for admins: which there are, making, changing and archiving them. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Segmented } from "antd";
import { Plus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { departmentsQuery } from "@/api/department";
import { poolKeys, poolsQuery, restorePool, type Pool } from "@/api/pool";
import { ArchiveDialog } from "@/features/pool/ArchiveDialog";
import { PoolForm } from "@/features/pool/PoolForm";
import { PoolTable } from "@/features/pool/PoolTable";
import { treeOf } from "@/lib/tree";
import { useNarrow } from "@/lib/useNarrow";
import { AdminOnly } from "@/pages/AdminOnly";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PageFrame } from "@/ui/PageFrame";
import { useProblemToast } from "@/ui/useProblemToast";

// The builder of conditions is heavy.
const FilterField = lazy(() => import("@/features/filter/FilterField").then((module) => ({ default: module.FilterField })));

export function PoolsPage() {
  return (
    <AdminOnly>
      <Pools />
    </AdminOnly>
  );
}

function Pools() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const showProblem = useProblemToast();
  const [archived, setArchived] = useState(false);
  const [editing, setEditing] = useState<Pool | "new" | null>(null);
  const [archiving, setArchiving] = useState<Pool | null>(null);
  const query = useQuery(poolsQuery(archived));
  const departments = useQuery(departmentsQuery()).data?.items;
  const tree = useMemo(() => treeOf(departments ?? []), [departments]);
  const pools = query.data?.items ?? [];

  const restore = async (pool: Pool) => {
    try {
      await restorePool(pool.pool_id);
      void message.success(t("pool.restored", { name: pool.name }));
      void client.invalidateQueries({ queryKey: poolKeys.all });
    } catch (error) {
      showProblem(error);
    }
  };

  return (
    <PageFrame
      wide
      title={t("pool.title")}
      hint={t("pool.hint")}
      actions={
        <Button type="primary" icon={<Plus size={15} />} onClick={() => setEditing("new")}>
          {t("pool.add")}
        </Button>
      }
    >
      <Segmented
        value={archived ? "archived" : "active"}
        onChange={(value) => setArchived(value === "archived")}
        options={[
          { value: "active", label: t("pool.activeTab") },
          { value: "archived", label: t("pool.archivedTab") },
        ]}
        aria-label={t("pool.title")}
      />
      {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {archived && query.data && pools.length === 0 ? (
        <EmptyState title={t("pool.noArchived")} />
      ) : (
        <PoolTable pools={pools} loading={query.isPending} onEdit={setEditing} onArchive={setArchiving} onRestore={(pool) => void restore(pool)} onRules={(pool) => void navigate({ to: "/admin/pools/$poolId/rules", params: { poolId: pool.pool_id } })} onFigures={(pool) => void navigate({ to: "/admin/pools/$poolId/figures", params: { poolId: pool.pool_id } })} />
      )}
      {editing && (
        <Suspense>
          <PoolForm pool={editing === "new" ? null : editing} departments={tree} narrow={narrow} FilterField={FilterField} onClose={() => setEditing(null)} />
        </Suspense>
      )}
      {archiving && <ArchiveDialog pool={archiving} others={pools.filter((each) => each.pool_id !== archiving.pool_id)} onClose={() => setArchiving(null)} />}
    </PageFrame>
  );
}
