/** A new password: how long it must be, how it stands, and a generated one on request. */
import { Button, Input } from "antd";
import { Dices } from "lucide-react";
import { useTranslation } from "react-i18next";
import { generatePassword, PASSWORD_LEAST, passwordState } from "@/lib/password";
import styles from "@/ui/PasswordField.module.css";

type Props = { id?: string; value?: string; onChange?: (value: string) => void; generate?: boolean; autoFocus?: boolean; label: string };

export function PasswordField({ id, value = "", onChange, generate, autoFocus, label }: Props) {
  const { t } = useTranslation();
  const state = passwordState(value);
  return (
    <>
      <div className={styles.row}>
        <Input.Password id={id} aria-label={label} autoComplete="new-password" autoFocus={autoFocus} value={value} maxLength={1000} onChange={(event) => onChange?.(event.target.value)} />
        {generate && (
          <Button icon={<Dices size={15} />} onClick={() => onChange?.(generatePassword())}>
            {t("account.generate")}
          </Button>
        )}
      </div>
      <p className={styles.hint} data-state={state}>
        {t(`account.passwordState.${state}`, { count: PASSWORD_LEAST })}
      </p>
    </>
  );
}
