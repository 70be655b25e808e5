/** Copies a text, also where the page has no TLS. */
import { App, Button } from "antd";
import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";

async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { message } = App.useApp();
  const { t } = useTranslation();
  const run = () => copy(text).then(() => message.success(t("common.copied"), 1.5), () => undefined);
  return <Button type="text" size="small" icon={<Copy size={13} />} aria-label={t("detail.copyField", { field: label })} title={t("common.copy")} onClick={() => void run()} />;
}
