/** Everything that surrounds the pages: theme, language, data, router. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { router } from "@/app/router";
import { phoneTheme, theme } from "@/app/theme";
import { useTabLeavesLists } from "@/app/useTabLeavesLists";
import { onSignedOut } from "@/lib/http";
import { styleNonce } from "@/lib/nonce";
import { asProblem } from "@/lib/problem";
import { useNarrow } from "@/lib/useNarrow";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // Only what may pass by itself is asked for again.
      retry: (failures, error) => failures < 2 && (asProblem(error).status >= 502 || asProblem(error).status === 0),
      refetchOnWindowFocus: true,
    },
  },
});

/**
 * Dialogs and drawers get a container of their own: in the body they would lock its scrolling by a style without the page's nonce.
 * The page itself never scrolls, so there is nothing to lock.
 */
function containerOf(node?: HTMLElement): HTMLElement {
  const overlays = document.getElementById("overlays");
  return overlays && (!node || node === document.body) ? overlays : document.body;
}

export function App() {
  const { i18n } = useTranslation();
  const narrow = useNarrow();
  useTabLeavesLists();
  useEffect(() => onSignedOut(() => void queryClient.resetQueries({ queryKey: ["session"] })), []);
  return (
    <ConfigProvider theme={narrow ? phoneTheme : theme} locale={i18n.language === "en" ? enUS : zhCN} csp={{ nonce: styleNonce }} getPopupContainer={containerOf} button={{ autoInsertSpace: false }}>
      <AntApp message={{ maxCount: 3 }} className="app-root">
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
