/** The customer list; the drawer of one customer and the export dialog lie over it. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Drawer } from "antd";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerRow, Selection } from "@/api/customer";
import { CustomerList } from "@/features/customer/list/CustomerList";
import { useCustomerList } from "@/features/customer/list/useCustomerList";
import { selectionOf } from "@/features/customer/list/chips";
import type { ListSearch, ListView } from "@/lib/listSearch";
import { readSetting, writeSetting } from "@/lib/storage";
import { useNarrow } from "@/lib/useNarrow";
import styles from "@/pages/CustomersPage.module.css";
import { useListFilter } from "@/pages/useListFilter";

const CustomerPanel = lazy(() => import("@/pages/CustomerPanel").then((module) => ({ default: module.CustomerPanel })));
const ExportModal = lazy(() => import("@/features/export/ExportModal").then((module) => ({ default: module.ExportModal })));

const route = getRouteApi("/frame/customers");
const DRAWER = 960;
const DRAWER_LEAST = 560;

export function CustomersPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const key = JSON.stringify(selectionOf(search));
  const selection = useMemo(() => JSON.parse(key) as Selection, [key]);
  const list = useCustomerList(selection);
  const [exporting, setExporting] = useState<{ customerIds: string[]; columns: string[] } | null>(null);

  const onChange = useCallback((change: Partial<ListSearch>, replace = false) => void navigate({ to: "/customers", search: (old) => ({ view: "mine", ...old, ...change }), replace }), [navigate]);
  const onOpen = useCallback((customerId: string | undefined, replace = false) => onChange({ open: customerId }, replace), [onChange]);
  const onView = useCallback((view: ListView) => void navigate({ to: "/customers", search: { view } }), [navigate]);
  const onOpenPage = useCallback((customerId: string) => void navigate({ to: "/customers/$customerId", params: { customerId } }), [navigate]);
  const linkTo = useCallback((row: CustomerRow) => `/customers/${row.customer_id}`, []);
  const onExport = useCallback((customerIds: string[], columns: string[]) => setExporting({ customerIds, columns }), []);

  const filter = useListFilter({ search, selection, narrow, error: list.query.error, onChange });

  const index = list.rows.findIndex((row) => row.customer_id === search.open);
  const previous = index > 0 ? list.rows[index - 1] : undefined;
  const next = index >= 0 ? list.rows[index + 1] : undefined;
  const panel = search.open && (
    <Suspense fallback={null}>
      <CustomerPanel
        key={search.open}
        customerId={search.open}
        mode="drawer"
        onClose={() => onOpen(undefined)}
        onPrevious={previous && (() => onOpen(previous.customer_id, true))}
        onNext={next && (() => onOpen(next.customer_id, true))}
      />
    </Suspense>
  );
  return (
    <div className={styles.page}>
      <CustomerList search={search} selection={selection} list={list} narrow={narrow} onChange={onChange} onView={onView} linkTo={linkTo} onOpen={onOpen} onOpenPage={onOpenPage} onImport={() => void navigate({ to: "/imports/new" })} onExport={onExport} onFilter={filter.open} conditions={filter.conditions} filterBar={filter.bar} instead={filter.instead} saved={filter.saved} onShown={filter.onShown} />
      {filter.overlays}
      <PanelDrawer open={Boolean(search.open)} narrow={narrow} onClose={() => onOpen(undefined)}>
        {panel}
      </PanelDrawer>
      {exporting && (
        <Suspense fallback={null}>
          <ExportModal open onClose={() => setExporting(null)} scope={{ customerIds: exporting.customerIds, columns: exporting.columns, selection, count: list.count }} />
        </Suspense>
      )}
    </div>
  );
}

/** The drawer leaves the list usable beside it, can be made wider, and remembers how wide it was. */
function PanelDrawer({ open, narrow, onClose, children }: { open: boolean; narrow: boolean; onClose: () => void; children: React.ReactNode }) {
  const { t } = useTranslation();
  const [size, setSize] = useState(() => readSetting("drawer.size", DRAWER));
  const resize = (width: number) => {
    const bounded = Math.max(DRAWER_LEAST, Math.min(width, window.innerWidth - 120));
    setSize(bounded);
    writeSetting("drawer.size", bounded);
  };
  return (
    <Drawer
      open={open}
      onClose={onClose}
      aria-label={t("detail.panel")}
      size={narrow ? "100%" : Math.min(size, window.innerWidth - 120)}
      resizable={narrow ? undefined : { onResize: resize }}
      mask={false}
      closable={false}
      keyboard={false} // Escape belongs to the editors inside first: the panel itself closes on it
      rootStyle={narrow ? undefined : { top: "var(--top-bar)" }}
      destroyOnHidden
      styles={{ body: { padding: 0, display: "flex", flexDirection: "column" } }}
    >
      {children}
    </Drawer>
  );
}
