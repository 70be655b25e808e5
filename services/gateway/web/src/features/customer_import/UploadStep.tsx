/** Takes the file: drop it or choose it; what it may be is said before, not after. */
import { Button, Upload } from "antd";
import { FileDown, FileSpreadsheet } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { FILE_BYTES_MAX, uploadImport, type CustomerImport } from "@/api/customer_import";
import { fieldsQuery } from "@/api/option";
import styles from "@/features/customer_import/customer_import.module.css";
import { randomId } from "@/lib/ids";
import { Problem } from "@/lib/problem";
import { saveCsv } from "@/lib/saveCsv";
import { ErrorBanner } from "@/ui/ErrorBanner";

/** Columns of the template, in the order people fill them in. */
const TEMPLATE = ["name", "phone", "mobile", "source", "level", "status", "industry", "province", "city", "address", "email", "website", "credit_code", "staff_size", "owner", "next_contact_at", "remark"];

export function UploadStep({ onUploaded }: { onUploaded: (found: CustomerImport) => void }) {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(fieldsQuery);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function send(file: File): Promise<void> {
    setError(null);
    if (!/\.(xlsx|csv)$/i.test(file.name)) return setError(new Problem({ status: 415, code: "table_type" }));
    if (file.size > FILE_BYTES_MAX) return setError(new Problem({ status: 413, code: "file_too_large" }));
    setBusy(true);
    try {
      onUploaded(await uploadImport(file, randomId()));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  function saveTemplate(): void {
    const known = new Map((data?.fields ?? []).filter((field) => field.importable).map((field) => [field.field, i18n.language === "en" ? field.label_en : field.label_zh]));
    saveCsv(t("import.templateName"), [TEMPLATE.flatMap((name) => known.get(name) ?? [])]);
  }

  return (
    <div className={styles.upload}>
      <Upload.Dragger
        accept=".xlsx,.csv"
        multiple={false}
        showUploadList={false}
        disabled={busy}
        beforeUpload={(file) => {
          void send(file);
          return false;
        }}
      >
        <div className={styles.drop}>
          <FileSpreadsheet size={30} strokeWidth={1.5} aria-hidden />
          <p className={styles.dropTitle}>{t(busy ? "import.reading" : "import.drop")}</p>
          <p className={styles.quiet}>{t("import.limits")}</p>
        </div>
      </Upload.Dragger>
      <p className={styles.template}>
        {t("import.templateHint")}
        <Button type="link" size="small" icon={<FileDown size={14} />} disabled={!data} onClick={saveTemplate}>
          {t("import.template")}
        </Button>
      </p>
      <ErrorBanner error={error} />
    </div>
  );
}
