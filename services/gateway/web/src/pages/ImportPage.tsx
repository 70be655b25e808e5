/** Imports customers in three steps: the file, what its columns mean, the run. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Skeleton, Steps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { importQuery, type CustomerImport } from "@/api/customer_import";
import { hasRight, useMe } from "@/api/session";
import { EarlierImports } from "@/features/customer_import/EarlierImports";
import { PreviewStep } from "@/features/customer_import/PreviewStep";
import { RunStep } from "@/features/customer_import/RunStep";
import { UploadStep } from "@/features/customer_import/UploadStep";
import { useNarrow } from "@/lib/useNarrow";
import styles from "@/pages/ImportPage.module.css";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PageFrame } from "@/ui/PageFrame";

export function ImportPage() {
  const { t } = useTranslation();
  const me = useMe();
  const narrow = useNarrow();
  const client = useQueryClient();
  const [importId, setImportId] = useState<string | null>(null);
  const query = useQuery({ ...importQuery(importId ?? ""), enabled: importId !== null });
  const found = importId === null ? undefined : query.data;
  if (!hasRight(me, "import")) return <EmptyState title={t("import.noRight")} hint={t("import.noRightHint")} />;
  const onUploaded = (uploaded: CustomerImport) => {
    client.setQueryData(importQuery(uploaded.import_id).queryKey, uploaded);
    void client.invalidateQueries({ queryKey: ["imports", "list"] });
    setImportId(uploaded.import_id);
  };
  const step = !found ? 0 : found.state === "previewed" ? 1 : 2;
  return (
    <PageFrame title={t("import.title")}>
      <Steps responsive={false} className={styles.steps} size="small" current={step} status={found?.state === "failed" ? "error" : undefined} items={["upload", "check", "result"].map((name, index) => ({ title: !narrow || index === step ? t(`import.step.${name}`) : "" }))} />
      {importId !== null && query.isPending && <Skeleton active />}
      {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {importId === null && <UploadStep onUploaded={onUploaded} />}
      {importId === null && <EarlierImports onOpen={setImportId} />}
      {found && <FoundStep found={found} onBack={() => setImportId(null)} />}
    </PageFrame>
  );
}

function FoundStep({ found, onBack }: { found: CustomerImport; onBack: () => void }) {
  const navigate = useNavigate();
  const onShowCustomers = () => void navigate({ to: "/customers", search: { view: "mine", sort: "created_at" } });
  if (found.state === "previewed") return <PreviewStep key={found.import_id} found={found} onBack={onBack} />;
  return <RunStep found={found} onShowCustomers={onShowCustomers} onAnother={onBack} />;
}
