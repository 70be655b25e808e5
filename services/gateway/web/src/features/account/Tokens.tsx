/** Personal access tokens for scripts: made, shown once, taken back. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Input, Modal, Select, Skeleton, Tag } from "antd";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createToken, deleteToken, tokensQuery, type Token, type TokenScope } from "@/api/token";
import styles from "@/features/account/account.module.css";
import { formatDay, now } from "@/lib/time";
import { CopyButton } from "@/ui/CopyButton";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { RelativeTime } from "@/ui/RelativeTime";
import { useProblemToast } from "@/ui/useProblemToast";

const SCOPES: TokenScope[] = ["read", "write", "export"];
const LIFETIMES = [30, 90, 365, 0];

export function Tokens() {
  const { t } = useTranslation();
  const query = useQuery(tokensQuery());
  const [creating, setCreating] = useState(false);
  return (
    <>
      <div className={styles.tokensHead}>
        <p className={styles.hint}>{t("account.tokensHint")}</p>
        <Button icon={<Plus size={15} />} onClick={() => setCreating(true)}>
          {t("account.newToken")}
        </Button>
      </div>
      {query.isPending && <Skeleton active paragraph={{ rows: 2 }} />}
      {query.isError && <ErrorBanner error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <EmptyState icon={<KeyRound size={20} />} title={t("account.noTokens")} />}
      {(query.data?.items.length ?? 0) > 0 && (
        <ul className={styles.tokens}>
          {query.data?.items.map((token) => (
            <TokenItem key={token.token_id} token={token} />
          ))}
        </ul>
      )}
      {creating && <CreateToken onClose={() => setCreating(false)} />}
    </>
  );
}

function TokenItem({ token }: { token: Token }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const showProblem = useProblemToast();
  function ask(): void {
    void modal.confirm({
      title: t("account.revokeTitle", { name: token.name }),
      content: t("account.revokeHint"),
      okText: t("account.revoke"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => deleteToken(token.token_id).then(() => client.invalidateQueries({ queryKey: tokensQuery().queryKey }), showProblem),
    });
  }
  return (
    <li className={styles.token}>
      <div className={styles.tokenMain}>
        <strong>{token.name}</strong>
        {token.scopes.map((scope) => (
          <Tag key={scope}>{t(`account.scope.${scope}`)}</Tag>
        ))}
      </div>
      <p className={styles.hint}>
        {t("account.tokenCreated")} <RelativeTime time={token.created_at} />
        {" · "}
        {token.expires_at ? t("account.tokenExpires", { day: formatDay(token.expires_at) }) : t("account.tokenForever")}
        {" · "}
        {token.last_used_at ? (
          <>
            {t("account.tokenUsed")} <RelativeTime time={token.last_used_at} />
          </>
        ) : (
          t("account.tokenUnused")
        )}
      </p>
      <Button danger size="small" className={styles.revoke} onClick={ask}>
        {t("account.revoke")}
      </Button>
    </li>
  );
}

function CreateToken({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<{ name: string; scopes: TokenScope[]; days: number }>();
  const [made, setMade] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function send({ name, scopes, days }: { name: string; scopes: TokenScope[]; days: number }): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { token } = await createToken({ name: name.trim(), scopes, ...(days > 0 ? { expires_at: now().add(days, "day").toISOString() } : {}) });
      setMade(token);
      void client.invalidateQueries({ queryKey: tokensQuery().queryKey });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  if (made) {
    return (
      <Modal open width={520} title={t("account.tokenMade")} onCancel={onClose} mask={{ closable: false }} footer={<Button type="primary" onClick={onClose}>{t("common.done")}</Button>}>
        <Alert type="warning" showIcon title={t("account.tokenOnce")} />
        <p className={styles.secret}>
          <code>{made}</code>
          <CopyButton text={made} label={t("account.token")} />
        </p>
      </Modal>
    );
  }
  return (
    <Modal open width={480} title={t("account.newToken")} okText={t("account.makeToken")} cancelText={t("common.cancel")} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ scopes: ["read"], days: 90 }} onFinish={(values) => void send(values)}>
        <Form.Item name="name" label={t("account.tokenName")} rules={[{ required: true, whitespace: true, message: t("account.nameMissing") }]}>
          <Input autoFocus maxLength={100} placeholder={t("account.tokenNamePlaceholder")} />
        </Form.Item>
        <Form.Item name="scopes" label={t("account.scopes")} rules={[{ required: true, message: t("account.scopesMissing") }]}>
          <Checkbox.Group className={styles.scopes} options={SCOPES.map((scope) => ({ value: scope, label: <span>{t(`account.scope.${scope}`)} <small>{t(`account.scopeHint.${scope}`)}</small></span> }))} />
        </Form.Item>
        <Form.Item name="days" label={t("account.lifetime")}>
          <Select options={LIFETIMES.map((days) => ({ value: days, label: days > 0 ? t("account.days", { count: days }) : t("account.forever") }))} />
        </Form.Item>
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}
