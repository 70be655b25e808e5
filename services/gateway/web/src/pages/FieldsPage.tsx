/** Custom fields: the list, adding one, and the options of a choice in a drawer. */
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Skeleton } from "antd";
import { ListPlus, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { customFieldsQuery, useCustomLabel, type CustomField } from "@/api/custom_field";
import { optionsQuery } from "@/api/option";
import { FieldDialog } from "@/features/custom_field/FieldDialog";
import { FieldList } from "@/features/custom_field/FieldList";
import { OptionEditor } from "@/features/option/OptionEditor";
import { useNarrow } from "@/lib/useNarrow";
import { AdminOnly } from "@/pages/AdminOnly";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PageFrame } from "@/ui/PageFrame";

export function FieldsPage() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const label = useCustomLabel();
  const query = useQuery(customFieldsQuery);
  const lists = useQuery(optionsQuery).data?.lists;
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<CustomField | null>(null);
  const add = (
    <Button type="primary" icon={<Plus size={15} />} onClick={() => setAdding(true)}>
      {t("custom_field.add")}
    </Button>
  );
  const fields = query.data?.items;
  return (
    <AdminOnly>
      <PageFrame title={t("custom_field.title")} hint={t("custom_field.hint")} actions={fields && fields.length > 0 ? add : undefined}>
        {query.isPending && <Skeleton active />}
        {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
        {fields?.length === 0 && (
          <EmptyState icon={<ListPlus size={28} strokeWidth={1.5} />} title={t("custom_field.none")} hint={t("custom_field.noneHint")}>
            {add}
          </EmptyState>
        )}
        {fields && fields.length > 0 && <FieldList fields={fields} optionCount={(key) => (lists?.[key] ?? []).filter((option) => option.active).length} onOptions={setChosen} />}
        {adding && <FieldDialog onClose={() => setAdding(false)} />}
        <Drawer open={chosen !== null} size={narrow ? "100%" : 560} title={chosen ? t("custom_field.optionsOf", { name: label(chosen) }) : ""} onClose={() => setChosen(null)} destroyOnHidden>
          {chosen && lists && <OptionEditor key={chosen.key} list={chosen.key} options={lists[chosen.key] ?? []} />}
        </Drawer>
      </PageFrame>
    </AdminOnly>
  );
}
