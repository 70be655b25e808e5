/** Says what was done, with the way back where there is one. */
import { App } from "antd";
import { useCallback } from "react";
import { offerUndo } from "@/lib/undo";

export function useSaidDone(): (text: string, batchId: string | null, hint?: string) => void {
  const { message } = App.useApp();
  return useCallback(
    (text, batchId, hint) => {
      if (batchId) offerUndo({ batchId, text, hint });
      else void message.success(text);
    },
    [message],
  );
}
