/** Makes a pool or changes one: who it is for, what it hides, its limits. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Form, Input, InputNumber, Select, Switch, TreeSelect } from "antd";
import { useState, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { fieldsQuery } from "@/api/option";
import { createPool, editPool, poolKeys, type Pool, type PoolChanges } from "@/api/pool";
import { MembersSelect, type Person } from "@/features/pool/MembersSelect";
import styles from "@/features/pool/pool.module.css";
import type { FilterDraft, FilterFieldProps, FilterNode } from "@/lib/filter";
import { asProblem, codeText } from "@/lib/problem";
import type { TreeNode } from "@/lib/tree";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { useDiscard } from "@/ui/useDiscard";

/** What cannot decide whether a customer counts, because its way to a new owner changes it; the service has the last word. */
const NOT_COUNTED_BY = ["owner", "state", "participants", "starred", "locked", "held", "pool", "pool_entered_at", "pool_reason", "pool_note", "previous_owner", "times_claimed", "updated_at", "recycle_at"];

/** What a pool may hide; the service has the last word. */
const HIDEABLE = ["phone", "mobile", "email", "wechat", "address", "remark", "website", "credit_code", "relation", "level", "industry", "source", "province", "city", "district", "staff_size", "next_contact_at", "tags"] as const;

type Values = {
  name: string;
  description?: string;
  open_to_all: boolean;
  members: Person[];
  admins: Person[];
  department_ids: string[];
  default_of_department_ids: string[];
  hidden_fields: string[];
  claims_per_day: number | null;
  held_max: number | null;
  held_filter: FilterDraft;
  previous_owner_wait_days: number | null;
  new_wait_hours: number | null;
  cooldown_days: number | null;
  admins_exempt: boolean;
};

type Props = { pool: Pool | null; departments: TreeNode[]; narrow: boolean; FilterField: ComponentType<FilterFieldProps>; onClose: () => void };

function initial(pool: Pool | null): Values {
  return {
    name: pool?.name ?? "",
    description: pool?.description ?? "",
    open_to_all: pool?.open_to_all ?? false,
    members: pool?.members ?? [],
    admins: pool?.admins ?? [],
    department_ids: (pool?.departments ?? []).map((each) => each.department_id),
    default_of_department_ids: (pool?.default_of ?? []).map((each) => each.department_id),
    hidden_fields: pool?.hidden_fields ?? ["phone", "mobile", "email", "wechat", "address", "remark"],
    claims_per_day: pool?.claims_per_day ?? null,
    held_max: pool?.held_max ?? null,
    held_filter: { filter: (pool?.held_filter ?? null) as FilterNode | null, unfinished: false },
    previous_owner_wait_days: pool?.previous_owner_wait_days || null,
    new_wait_hours: pool?.new_wait_hours || null,
    cooldown_days: pool?.cooldown_days || null,
    admins_exempt: pool?.admins_exempt ?? false,
  };
}

function bodyOf({ members, admins, description, ...values }: Values): PoolChanges & { name: string } {
  return {
    ...values,
    name: values.name.trim(),
    description: description?.trim() || null,
    member_ids: members.map((each) => each.member_id),
    admin_ids: admins.map((each) => each.member_id),
    held_filter: values.held_filter.filter as PoolChanges["held_filter"],
    previous_owner_wait_days: values.previous_owner_wait_days ?? 0,
    new_wait_hours: values.new_wait_hours ?? 0,
    cooldown_days: values.cooldown_days ?? 0,
  };
}

export function PoolForm({ pool, departments, narrow, FilterField, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const custom = (useQuery(fieldsQuery).data?.fields ?? []).filter((field) => field.custom);
  const client = useQueryClient();
  const discard = useDiscard();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const limited = typeof (Form.useWatch("held_max", form) ?? pool?.held_max) === "number";
  const open = Form.useWatch("open_to_all", form) ?? pool?.open_to_all ?? false;

  async function send(values: Values): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const body = bodyOf(values);
      await (pool ? editPool(pool.pool_id, body) : createPool(body));
      void message.success(t("pool.saved", { name: body.name }));
      void client.invalidateQueries({ queryKey: poolKeys.all });
      void client.invalidateQueries({ queryKey: ["customers"] });
      onClose();
    } catch (problem) {
      const errors = asProblem(problem).body.errors ?? [];
      form.setFields(errors.map((each) => ({ name: each.pointer.split("/")[1] as keyof Values, errors: [codeText(each.code, {}, 422)] })));
      setError(errors.length > 0 ? null : problem);
    } finally {
      setBusy(false);
    }
  }

  const tree = (label: string) => <TreeSelect treeData={departments} multiple treeDefaultExpandAll allowClear showSearch={{ treeNodeFilterProp: "title" }} placeholder={t("pool.pick")} aria-label={label} />;
  const number = (name: "claims_per_day" | "held_max" | "previous_owner_wait_days" | "new_wait_hours" | "cooldown_days", label: string, hint: string, unit: string, max: number) => (
    <Form.Item name={name} label={label} extra={hint}>
      <InputNumber className={styles.number} min={0} max={max} precision={0} suffix={unit} aria-label={label} />
    </Form.Item>
  );
  return (
    <Drawer
      open
      size={narrow ? "100%" : 640}
      title={t(pool ? "pool.edit" : "pool.add")}
      onClose={() => discard(form.isFieldsTouched(), onClose)}
      mask={{ closable: false }}
      extra={
        <Button type="primary" loading={busy} onClick={() => form.submit()}>
          {t("common.save")}
        </Button>
      }
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial(pool)} onValuesChange={(changed: Partial<Values>) => changed.held_filter && form.setFields([{ name: "held_filter", errors: [] }])} onFinish={(values: Values) => void send(values)}>
        <ErrorBanner error={error} />
        <Form.Item name="name" label={t("pool.name")} rules={[{ required: true, whitespace: true, message: t("pool.missing") }]}>
          <Input autoFocus maxLength={60} />
        </Form.Item>
        <Form.Item name="description" label={t("pool.description")}>
          <Input maxLength={500} placeholder={t("pool.descriptionPlaceholder")} />
        </Form.Item>

        <h2 className={styles.head}>{t("pool.who")}</h2>
        <Form.Item name="open_to_all" label={t("pool.openToAll")} valuePropName="checked" extra={t("pool.openToAllHint")}>
          <Switch aria-label={t("pool.openToAll")} />
        </Form.Item>
        <div className={styles.pair}>
          <Form.Item name="department_ids" label={t("pool.departments")} extra={t("pool.departmentsHint")} hidden={open}>
            {tree(t("pool.departments"))}
          </Form.Item>
          <Form.Item name="members" label={t("pool.members")} hidden={open}>
            <MembersSelect label={t("pool.members")} />
          </Form.Item>
        </div>
        <Form.Item name="admins" label={t("pool.admins")} extra={t("pool.adminsHint")}>
          <MembersSelect label={t("pool.admins")} />
        </Form.Item>
        <Form.Item name="default_of_department_ids" label={t("pool.defaultOf")} extra={t("pool.defaultOfHint")}>
          {tree(t("pool.defaultOf"))}
        </Form.Item>

        <h2 className={styles.head}>{t("pool.hidden")}</h2>
        <Form.Item name="hidden_fields" extra={t("pool.hiddenHint")}>
          <Select mode="multiple" allowClear aria-label={t("pool.hidden")} options={[...HIDEABLE.map((name) => ({ value: name as string, label: t(`field.${name}`) })), ...custom.map((field) => ({ value: field.field, label: i18n.language.startsWith("zh") ? field.label_zh : field.label_en }))]} showSearch={{ optionFilterProp: "label" }} />
        </Form.Item>

        <h2 className={styles.head}>{t("pool.limits")}</h2>
        <p className={styles.note}>{t("pool.limitsHint")}</p>
        <div className={styles.pair}>
          {number("claims_per_day", t("pool.claimsPerDay"), t("pool.claimsPerDayHint"), t("pool.unit.customers"), 100_000)}
          {number("held_max", t("pool.heldMax"), t("pool.heldMaxHint"), t("pool.unit.customers"), 100_000)}
          {number("previous_owner_wait_days", t("pool.previousOwnerWait"), t("pool.previousOwnerWaitHint"), t("pool.unit.days"), 3660)}
          {number("new_wait_hours", t("pool.newWait"), t("pool.newWaitHint"), t("pool.unit.hours"), 8784)}
          {number("cooldown_days", t("pool.cooldown"), t("pool.cooldownHint"), t("pool.unit.days"), 3660)}
          <Form.Item name="admins_exempt" label={t("pool.adminsExempt")} valuePropName="checked">
            <Switch aria-label={t("pool.adminsExempt")} />
          </Form.Item>
        </div>
        <Form.Item
          name="held_filter"
          label={t("pool.heldFilter")}
          extra={t("pool.heldFilterHint")}
          hidden={!limited}
          validateTrigger={[]}
          rules={[{ validator: (_, draft: FilterDraft) => (draft.unfinished ? Promise.reject(new Error(t("pool.heldFilterUnfinished"))) : Promise.resolve()) }]}
        >
          <FilterField label={t("pool.heldFilter")} without={NOT_COUNTED_BY} says={(conditions) => t("pool.heldFilterSays", { conditions })} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
