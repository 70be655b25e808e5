/** An error in place: its sentence, the request id to quote, and the way to try again. */
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { asProblem, problemText } from "@/lib/problem";

export function ErrorBanner({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  if (!error) return null;
  const { requestId } = asProblem(error);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={problemText(error)}
      description={requestId ? t("common.requestId", { id: requestId }) : undefined}
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t("common.retry")}
          </Button>
        )
      }
    />
  );
}
