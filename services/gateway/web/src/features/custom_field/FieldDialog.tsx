/** Adds a custom field: what it holds, what it is called, and the options of a choice. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { createField, type CustomType } from "@/api/custom_field";
import { TYPES, TYPE_ICONS } from "@/features/custom_field/types";
import styles from "@/features/custom_field/custom_field.module.css";
import { refreshFields } from "@/features/custom_field/refresh";
import { randomId } from "@/lib/ids";
import { asProblem, codeText } from "@/lib/problem";
import { ErrorBanner } from "@/ui/ErrorBanner";

type Values = { type: CustomType; label_zh: string; label_en?: string; options?: string[] };

export function FieldDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const type = Form.useWatch("type", form) ?? "text";
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const key = useRef(randomId());
  const withOptions = type === "choice" || type === "choices";

  async function send(values: Values): Promise<void> {
    setBusy(true);
    setError(null);
    const english = values.label_en?.trim();
    const options = withOptions ? [...new Set((values.options ?? []).map((each) => each.trim()).filter(Boolean))].map((label_zh) => ({ label_zh })) : [];
    try {
      await createField({ type: values.type, label_zh: values.label_zh.trim(), ...(english ? { label_en: english } : {}), options }, key.current);
      refreshFields(client);
      void message.success(t("custom_field.added", { name: values.label_zh.trim() }));
      onClose();
    } catch (problem) {
      key.current = randomId(); // what was refused is another request once it is changed
      const errors = (asProblem(problem).body.errors ?? []).filter((each) => ["label_zh", "label_en"].includes(each.pointer.split("/")[1] ?? ""));
      form.setFields(errors.map((each) => ({ name: each.pointer.split("/")[1] as keyof Values, errors: [codeText(each.code, {}, 422)] })));
      setError(errors.length > 0 ? null : problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal open width={520} title={t("custom_field.add")} okText={t("common.save")} cancelText={t("common.cancel")} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose} mask={{ closable: false }}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ type: "text" }} onFinish={(values: Values) => void send(values)}>
        <Form.Item name="label_zh" label={t("option.zh")} rules={[{ required: true, whitespace: true, message: t("custom_field.nameMissing") }]}>
          <Input autoFocus maxLength={60} placeholder={t("custom_field.nameExample")} />
        </Form.Item>
        <Form.Item name="label_en" label={t("option.en")} extra={t("custom_field.englishHint")}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="type" label={t("custom_field.type")} extra={t(`custom_field.typeHint.${type}`)}>
          <Select
            aria-label={t("custom_field.type")}
            options={TYPES.map((each) => {
              const Icon = TYPE_ICONS[each];
              return {
                value: each,
                label: (
                  <span className={styles.type}>
                    <Icon size={14} aria-hidden /> {t(`custom_field.types.${each}`)}
                  </span>
                ),
              };
            })}
          />
        </Form.Item>
        {withOptions && (
          <Form.Item name="options" label={t("custom_field.options")} extra={t("custom_field.optionsHint")}>
            <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={["、", ",", "，", ";", "；", "\n"]} aria-label={t("custom_field.options")} placeholder={t("custom_field.optionsExample")} />
          </Form.Item>
        )}
      </Form>
      <ErrorBanner error={error} />
    </Modal>
  );
}
