/** Account and password. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { signIn } from "@/api/session";
import { problemText } from "@/lib/problem";
import { readSetting, writeSetting } from "@/lib/storage";

type Values = { account: string; password: string };

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [known] = useState(() => readSetting("account", ""));
  useEffect(() => form.getFieldInstance(known ? "password" : "account")?.focus(), [form, known]);

  async function send({ account, password }: Values): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await signIn(client, account.trim(), password);
      writeSetting("account", account.trim());
      onSignedIn();
    } catch (problem) {
      setError(problem);
      form.setFieldValue("password", "");
      form.getFieldInstance("password")?.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <Form form={form} layout="vertical" requiredMark={false} size="large" initialValues={{ account: known }} onFinish={(values: Values) => void send(values)}>
      <Form.Item name="account" label={t("account.account")} rules={[{ required: true, whitespace: true, message: t("account.accountMissing") }]}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
      </Form.Item>
      <Form.Item name="password" label={t("account.password")} rules={[{ required: true, message: t("account.passwordMissing") }]}>
        <Input.Password autoComplete="current-password" maxLength={1000} />
      </Form.Item>
      {error !== null && <Alert type="error" showIcon role="alert" title={problemText(error)} style={{ marginBottom: 16 }} />}
      <Button type="primary" htmlType="submit" block loading={busy}>
        {t("account.signIn")}
      </Button>
    </Form>
  );
}
