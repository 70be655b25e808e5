import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import "@/app/global.css";
import { startLanguage } from "@/lib/i18n/setup";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
await startLanguage();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
