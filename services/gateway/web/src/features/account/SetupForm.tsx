/** Makes the first admin with the one-time code, and signs in. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setUp, signIn } from "@/api/session";
import { asProblem, codeText, problemText } from "@/lib/problem";
import { PasswordField } from "@/ui/PasswordField";

type Values = { code: string; name: string; account: string; password: string };

export function SetupForm({ code, onDone }: { code: string; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const missing = (key: string) => [{ required: true, whitespace: true, message: t(key) }];

  async function send(values: Values): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const body = { ...values, code: values.code.trim(), account: values.account.trim(), name: values.name.trim() };
      await setUp(body);
      await signIn(client, body.account, body.password);
      onDone();
    } catch (problem) {
      const errors = asProblem(problem).body.errors ?? [];
      form.setFields(errors.map((each) => ({ name: each.pointer.slice(1) as keyof Values, errors: [codeText(each.code, {}, 422)] })));
      setError(errors.length > 0 ? null : problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={{ code }} onFinish={(values: Values) => void send(values)}>
      <Form.Item name="code" label={t("account.code")} rules={missing("account.codeMissing")} hidden={code !== ""}>
        <Input autoComplete="one-time-code" spellCheck={false} maxLength={200} />
      </Form.Item>
      <Form.Item name="name" label={t("account.name")} rules={missing("account.nameMissing")}>
        <Input autoFocus autoComplete="name" maxLength={100} placeholder={t("account.namePlaceholder")} />
      </Form.Item>
      <Form.Item name="account" label={t("account.account")} rules={missing("account.accountMissing")}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
      </Form.Item>
      <Form.Item name="password" label={t("account.password")} rules={[{ required: true, message: t("account.passwordMissing") }]}>
        <PasswordField label={t("account.password")} />
      </Form.Item>
      {error !== null && <Alert type="error" showIcon role="alert" title={problemText(error)} style={{ marginBottom: 16 }} />}
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>
        {t("account.finishSetup")}
      </Button>
    </Form>
  );
}
