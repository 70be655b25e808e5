/** Why a view is empty, and the way to fill it. */
import { Button } from "antd";
import { AlarmClock, CalendarCheck2, CircleDashed, Hourglass, Layers, Network, Plus, SearchX, Star, Upload, UserRound, UsersRound, Waves } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ListView } from "@/lib/listSearch";
import { EmptyState } from "@/ui/EmptyState";

const ICONS = { mine: UserRound, participating: UsersRound, contact_today: CalendarCheck2, overdue: AlarmClock, starred: Star, soon_recycled: Hourglass, team: Network, unassigned: CircleDashed, all: Layers, pool: Waves };

type Props = { view: ListView; narrowed: boolean; onClear: () => void; onEverywhere: () => void; onAdd: () => void; onImport?: () => void; onOpenView: (view: ListView) => void };

export function EmptyView({ view, narrowed, onClear, onEverywhere, onAdd, onImport, onOpenView }: Props) {
  const { t } = useTranslation();
  if (narrowed) {
    return (
      <EmptyState icon={<SearchX size={22} />} title={t("list.empty.narrowed")} hint={t("list.empty.narrowedHint")}>
        {view !== "all" && <Button onClick={onEverywhere}>{t("list.searchAll")}</Button>}
        <Button onClick={onClear}>{t("list.clearFilters")}</Button>
      </EmptyState>
    );
  }
  const Icon = ICONS[view];
  return (
    <EmptyState icon={<Icon size={22} />} title={t(`list.empty.${view}`)} hint={t(`list.empty.${view}Hint`)}>
      {(view === "mine" || view === "all") && (
        <Button type="primary" icon={<Plus size={15} />} onClick={onAdd}>
          {t("list.add")}
        </Button>
      )}
      {(view === "mine" || view === "all") && onImport && (
        <Button icon={<Upload size={15} />} onClick={onImport}>
          {t("list.importExcel")}
        </Button>
      )}
      {view === "mine" && <Button onClick={() => onOpenView("pool")}>{t("list.goToPool")}</Button>}
      {(view === "contact_today" || view === "participating" || view === "starred" || view === "overdue" || view === "soon_recycled" || view === "team") && <Button onClick={() => onOpenView("mine")}>{t("list.goToMine")}</Button>}
    </EmptyState>
  );
}
