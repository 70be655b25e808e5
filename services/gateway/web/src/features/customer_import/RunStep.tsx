/** An import under way, and its end: how many came in, and the file of those that did not. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Progress } from "antd";
import { CircleCheck, CircleX, FileDown } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { customerKeys } from "@/api/customer";
import { cancelImport, importQuery, rejectedFile, type CustomerImport } from "@/api/customer_import";
import styles from "@/features/customer_import/customer_import.module.css";
import { codeText } from "@/lib/problem";
import { useProblemToast } from "@/ui/useProblemToast";

const ASK_MS = 1_000;

type Props = { found: CustomerImport; onShowCustomers: () => void; onAnother: () => void };

export function RunStep({ found, onShowCustomers, onAnother }: Props) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  const running = found.state === "running";
  useQuery({ ...importQuery(found.import_id), refetchInterval: running ? ASK_MS : false });
  useEffect(() => {
    if (running) return;
    void client.invalidateQueries({ queryKey: customerKeys.all });
    void client.invalidateQueries({ queryKey: ["imports", "list"] });
  }, [client, running]);
  const cancel = () => void cancelImport(found.import_id).catch(showProblem).finally(() => void client.invalidateQueries({ queryKey: ["imports"] }));
  const percent = found.rows === 0 ? 100 : Math.floor((found.rows_done / found.rows) * 100);
  const Icon = found.state === "failed" ? CircleX : CircleCheck;
  return (
    <div className={styles.step}>
      <p className={styles.file}>
        <strong>{found.file_name}</strong> <span className={styles.quiet}>{t("import.rows", { count: found.rows })}</span>
      </p>
      {running ? (
        <>
          <Progress percent={percent} status="active" aria-label={t("import.running")} />
          <p className={styles.quiet} role="status">
            {t("import.progress", { done: found.rows_done, rows: found.rows })}
          </p>
          <p className={styles.quiet}>{t("import.mayLeave")}</p>
        </>
      ) : (
        <p className={styles.verdict} data-state={found.state} role="status">
          <Icon size={20} aria-hidden />
          {t(`import.ended.${found.state}`)}
        </p>
      )}
      {found.error && <Alert type="error" showIcon title={codeText(found.error.code, {}, 503)} />}
      <dl className={styles.figures}>
        <div>
          <dt>{t("import.accepted")}</dt>
          <dd>{found.accepted}</dd>
        </div>
        <div data-bad={found.rejected > 0 || undefined}>
          <dt>{t("import.rejected")}</dt>
          <dd>{found.rejected}</dd>
        </div>
        <div>
          <dt>{t("import.total")}</dt>
          <dd>{found.rows}</dd>
        </div>
      </dl>
      <div className={styles.foot}>
        {running && <Button onClick={cancel}>{t("import.cancel")}</Button>}
        {!running && found.rejected > 0 && (
          <Button icon={<FileDown size={14} />} href={rejectedFile(found.import_id, i18n.language)}>
            {t("import.rejectedFile", { count: found.rejected })}
          </Button>
        )}
        {!running && <Button onClick={onAnother}>{t("import.another")}</Button>}
        {!running && found.accepted > 0 && (
          <Button type="primary" onClick={onShowCustomers}>
            {t("import.showCustomers")}
          </Button>
        )}
      </div>
    </div>
  );
}
