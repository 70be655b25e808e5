/** The create dialog: a name is enough; the continuous mode keeps it open for the next one. */
import { App, Button, Checkbox, Drawer, Modal } from "antd";
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import styles from "@/features/customer/create/CreateCustomer.module.css";
import { CreateForm } from "@/features/customer/create/CreateForm";
import { isDirty } from "@/features/customer/create/entry";
import { JustEntered } from "@/features/customer/create/JustEntered";
import { useCreate } from "@/features/customer/create/useCreate";
import { commandKey, isComposing } from "@/lib/keys";
import { readSetting, writeSetting } from "@/lib/storage";
import { useNarrow } from "@/lib/useNarrow";
import { useDiscard } from "@/ui/useDiscard";

const CONTINUOUS = "create.continuous";

type Props = { onClose: () => void; onOpen: (customerId: string) => void };

export function CreateCustomer({ onClose, onOpen }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const narrow = useNarrow();
  const { message } = App.useApp();
  const discard = useDiscard();
  const nameRef = useRef<HTMLInputElement>(null);
  const [continuous, setContinuous] = useState(() => readSetting(CONTINUOUS, false));
  const [open, setOpen] = useState(true);
  const { entry, change, errors, saving, save, entered } = useCreate(me);

  const submit = useCallback(
    async (goOn: boolean) => {
      const customer = await save(goOn);
      if (!customer) return nameRef.current?.focus();
      if (goOn) return nameRef.current?.focus();
      setOpen(false);
      void message.success({
        content: (
          <>
            {t("create.added", { name: customer.name })}{" "}
            <Button type="link" size="small" onClick={() => onOpen(customer.customer_id)}>
              {t("create.open")}
            </Button>
          </>
        ),
        duration: 5,
      });
    },
    [save, message, t, onOpen],
  );
  const close = () => discard(isDirty(entry), () => setOpen(false));
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event) || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void submit(event.shiftKey || continuous);
  };
  useEffect(() => {
    const timer = setTimeout(() => nameRef.current?.focus(), 60); // after the dialog's own focus
    return () => clearTimeout(timer);
  }, []);

  const body = (
    <div onKeyDown={onKeyDown} className={styles.body}>
      <CreateForm entry={entry} errors={errors} onChange={change} nameRef={nameRef} onOpen={onOpen} />
      <JustEntered customers={entered} onOpen={onOpen} />
    </div>
  );
  const footer = (
    <div className={styles.foot}>
      <Checkbox
        checked={continuous}
        onChange={(event) => {
          setContinuous(event.target.checked);
          writeSetting(CONTINUOUS, event.target.checked);
        }}
      >
        <span title={t("create.continuousHint")}>{t("create.continuous")}</span>
      </Checkbox>
      <span className={styles.space} />
      <Button onClick={close}>{t("common.cancel")}</Button>
      <Button type="primary" loading={saving} onClick={() => void submit(continuous)} title={`${commandKey} + Enter`}>
        {t(continuous ? "create.saveAndNext" : "common.save")}
        {!narrow && (
          <span className={styles.key} aria-hidden>
            {commandKey} ↵
          </span>
        )}
      </Button>
    </div>
  );
  if (narrow) {
    return (
      <Drawer open={open} onClose={close} placement="bottom" size="100%" title={t("list.add")} footer={footer} afterOpenChange={(shown) => !shown && onClose()}>
        {body}
      </Drawer>
    );
  }
  return (
    <Modal open={open} onCancel={close} afterClose={onClose} title={t("list.add")} width={640} footer={footer} mask={{ closable: false }} centered styles={{ body: { maxHeight: "calc(100vh - 200px)", overflow: "auto", margin: "0 -24px", padding: "4px 24px" } }}>
      {body}
    </Modal>
  );
}
