/** Asks before a form with something in it is closed, in the same words everywhere. */
import { App } from "antd";
import { useTranslation } from "react-i18next";

export function useDiscard(): (dirty: boolean, close: () => void) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return (dirty, close) => {
    if (!dirty) return close();
    void modal.confirm({ title: t("create.discard"), content: t("create.discardHint"), okText: t("create.discardNow"), cancelText: t("create.goOn"), okButtonProps: { danger: true }, onOk: close });
  };
}
