/** Adds a member or changes one: role, rights, department, ways to reach. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Modal, Radio, TreeSelect } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createMember, editMember, type Member } from "@/api/member";
import type { Right, Role } from "@/api/session";
import styles from "@/features/member/member.module.css";
import { RIGHTS, ROLES, usualRights } from "@/features/member/rights";
import { generatePassword } from "@/lib/password";
import { asProblem, codeText } from "@/lib/problem";
import type { TreeNode } from "@/lib/tree";
import { CopyButton } from "@/ui/CopyButton";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { PasswordField } from "@/ui/PasswordField";

type Values = { name: string; account: string; password: string; role: Role; rights: Right[]; department_id?: string; email?: string; phone?: string };

type Props = { member: Member | null; departments: TreeNode[]; onClose: () => void };

const orNull = (text: string | undefined) => text?.trim() || null;

export function MemberDialog({ member, departments, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<{ name: string; account: string; password: string } | null>(null);
  const role = Form.useWatch("role", form) ?? member?.role ?? "member";
  const required = [{ required: true, whitespace: true, message: t("member.missing") }];

  async function send(values: Values): Promise<void> {
    setBusy(true);
    setError(null);
    const about = { name: values.name.trim(), role: values.role, rights: values.rights, department_id: values.department_id ?? null, email: orNull(values.email), phone: orNull(values.phone) };
    try {
      if (member) {
        await editMember(member.member_id, about);
        void message.success(t("member.saved", { name: about.name }));
        onClose();
      } else {
        const { email, phone, ...rest } = about;
        await createMember({ ...rest, ...(email ? { email } : {}), ...(phone ? { phone } : {}), account: values.account.trim(), password: values.password });
        setMade({ name: about.name, account: values.account.trim(), password: values.password });
      }
      void client.invalidateQueries({ queryKey: ["members"] });
      void client.invalidateQueries({ queryKey: ["departments"] });
    } catch (problem) {
      const errors = asProblem(problem).body.errors ?? [];
      form.setFields(errors.map((each) => ({ name: each.pointer.split("/")[1] as keyof Values, errors: [codeText(each.code, {}, 422)] })));
      setError(errors.length > 0 ? null : problem);
    } finally {
      setBusy(false);
    }
  }

  if (made) return <Made {...made} onClose={onClose} />;
  const initial: Partial<Values> = member
    ? { ...member, department_id: member.department_id ?? undefined, email: member.email ?? "", phone: member.phone ?? "" }
    : { role: "member", rights: usualRights("member"), password: generatePassword() };
  return (
    <Modal open width={560} title={t(member ? "member.edit" : "member.add")} okText={t("common.save")} cancelText={t("common.cancel")} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose} mask={{ closable: false }}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={(values: Values) => void send(values)} className={styles.form}>
        <div className={styles.pair}>
          <Form.Item name="name" label={t("member.name")} rules={required}>
            <Input autoFocus maxLength={100} />
          </Form.Item>
          <Form.Item name="account" label={t("member.account")} rules={member ? [] : required}>
            <Input maxLength={64} autoCapitalize="none" autoComplete="off" spellCheck={false} disabled={member !== null} />
          </Form.Item>
        </div>
        {!member && (
          <Form.Item name="password" label={t("member.password")} extra={t("member.passwordHint")} rules={[{ required: true, message: t("member.missing") }]}>
            <PasswordField label={t("member.password")} generate />
          </Form.Item>
        )}
        <Form.Item name="department_id" label={t("member.department")}>
          <TreeSelect treeData={departments} treeDefaultExpandAll allowClear showSearch={{ treeNodeFilterProp: "title" }} placeholder={t("member.noDepartment")} aria-label={t("member.department")} />
        </Form.Item>
        <Form.Item name="role" label={t("member.roleLabel")} extra={t(`member.roleHint.${role}`)}>
          <Radio.Group
            optionType="button"
            options={ROLES.map((each) => ({ value: each, label: t(`member.role.${each}`) }))}
            onChange={(event) => form.setFieldValue("rights", usualRights(event.target.value as Role))}
          />
        </Form.Item>
        <Form.Item name="rights" label={t("member.rights")} extra={role === "admin" ? t("member.adminRights") : undefined}>
          <Checkbox.Group disabled={role === "admin"} options={RIGHTS.map((right) => ({ value: right, label: t(`member.right.${right}`) }))} />
        </Form.Item>
        <div className={styles.pair}>
          <Form.Item name="email" label={t("member.email")}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          <Form.Item name="phone" label={t("member.phone")}>
            <Input maxLength={40} autoComplete="off" />
          </Form.Item>
        </div>
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}

/** The account and password to hand over, once. */
function Made({ name, account, password, onClose }: { name: string; account: string; password: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open width={460} title={t("member.created", { name })} onCancel={onClose} mask={{ closable: false }} footer={<Button type="primary" onClick={onClose}>{t("common.done")}</Button>}>
      <p className={styles.hint}>{t("member.createdHint")}</p>
      <dl className={styles.handover}>
        <dt>{t("member.account")}</dt>
        <dd>
          <code>{account}</code>
          <CopyButton text={account} label={t("member.account")} />
        </dd>
        <dt>{t("member.password")}</dt>
        <dd>
          <code>{password}</code>
          <CopyButton text={password} label={t("member.password")} />
        </dd>
      </dl>
    </Modal>
  );
}
