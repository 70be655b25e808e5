/** Errors that belong to no field: a toast with the request id to quote. */
import { App } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, problemText } from "@/lib/problem";

export function useProblemToast(): (error: unknown) => void {
  const { message } = App.useApp();
  const { t } = useTranslation();
  return useCallback(
    (error: unknown) => {
      const { requestId, status } = asProblem(error);
      if (status === 401) return; // the sign-in page says it
      const id = requestId && status >= 500 ? t("common.requestId", { id: requestId }) : "";
      void message.error({ content: [problemText(error), id].filter(Boolean).join(" · "), duration: 5 });
    },
    [message, t],
  );
}
