/** The manager of saved searches. */
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Saving } from "@/features/saved_search/SaveDialog";
import { SearchManager } from "@/features/saved_search/SearchManager";
import { addressOf } from "@/lib/savedSearch";
import { PageFrame } from "@/ui/PageFrame";

const SaveDialog = lazy(() => import("@/features/saved_search/SaveDialog").then((module) => ({ default: module.SaveDialog })));

export function SearchesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [saving, setSaving] = useState<Saving | null>(null);
  return (
    <PageFrame title={t("saved_search.page")} hint={t("saved_search.pageHint")}>
      <SearchManager
        onSaving={setSaving}
        onFind={() => void navigate({ to: "/customers", search: { view: "all" } })}
        link={(search, content, className) => (
          <Link to="/customers" search={addressOf(search)} className={className}>
            {content}
          </Link>
        )}
      />
      {saving && (
        <Suspense fallback={null}>
          <SaveDialog saving={saving} onClose={() => setSaving(null)} onSaved={() => setSaving(null)} />
        </Suspense>
      )}
    </PageFrame>
  );
}
