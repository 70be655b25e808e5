/** Changes one's own password; every other session ends. */
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changePassword } from "@/api/session";
import { asProblem, codeText } from "@/lib/problem";
import { PasswordField } from "@/ui/PasswordField";
import { useProblemToast } from "@/ui/useProblemToast";

type Values = { current_password: string; new_password: string };

export function PasswordForm() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showProblem = useProblemToast();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);

  async function send(values: Values): Promise<void> {
    setBusy(true);
    try {
      await changePassword(values.current_password, values.new_password);
      form.resetFields();
      void message.success(t("account.passwordChanged"));
    } catch (problem) {
      const errors = asProblem(problem).body.errors ?? [];
      if (errors.length === 0) showProblem(problem);
      form.setFields(errors.map((each) => ({ name: each.pointer.slice(1) as keyof Values, errors: [codeText(each.code, {}, 422)] })));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={(values: Values) => void send(values)}>
      <Form.Item name="current_password" label={t("account.currentPassword")} rules={[{ required: true, message: t("account.passwordMissing") }]}>
        <Input.Password autoComplete="current-password" maxLength={1000} />
      </Form.Item>
      <Form.Item name="new_password" label={t("account.newPassword")} rules={[{ required: true, message: t("account.passwordMissing") }]}>
        <PasswordField label={t("account.newPassword")} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("account.changePassword")}
      </Button>
    </Form>
  );
}
