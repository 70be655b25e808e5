/** What the table's columns mean, what its first rows would become, and how to import it. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Radio, Segmented, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Visibility } from "@/api/customer";
import { importQuery, previewImport, runImport, type CustomerImport, type Mapping } from "@/api/customer_import";
import { searchMembers } from "@/api/member";
import { useFieldLabel } from "@/api/option";
import styles from "@/features/customer_import/customer_import.module.css";
import { PreviewTable } from "@/features/customer_import/PreviewTable";
import { asProblem } from "@/lib/problem";
import { ErrorBanner } from "@/ui/ErrorBanner";
import { MemberPicker, type Pickable } from "@/ui/MemberPicker";

type Owner = "me" | "nobody" | "other";

export function PreviewStep({ found, onBack }: { found: CustomerImport; onBack: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [mapping, setMapping] = useState<Mapping>(() => found.columns.map((column) => column.field));
  const [owner, setOwner] = useState<Owner>("me");
  const [member, setMember] = useState<Pickable | null>(null);
  const [visibility, setVisibility] = useState<Visibility>("public");
  const [skipExisting, setSkipExisting] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const first = mapping.every((field, index) => field === found.columns[index]?.field);
  const checked = useQuery({
    queryKey: ["imports", "preview", found.import_id, mapping],
    queryFn: ({ signal }) => (first ? Promise.resolve(found) : previewImport(found.import_id, mapping, signal)),
    enabled: mapping.includes("name"),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const shown = checked.data ?? found;
  const named = mapping.includes("name");

  async function run(): Promise<void> {
    setBusy(true);
    setError(null);
    const ownerPart = owner === "nobody" ? { owner_id: null } : owner === "other" && member ? { owner_id: member.member_id } : {};
    try {
      await runImport(found.import_id, { columns: mapping, visibility, skip_existing: skipExisting, ...ownerPart });
      await client.invalidateQueries({ queryKey: importQuery(found.import_id).queryKey });
      void client.invalidateQueries({ queryKey: ["imports", "list"] });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.step}>
      <p className={styles.file}>
        <strong>{found.file_name}</strong> <span className={styles.quiet}>{t("import.rows", { count: found.rows })}</span>
      </p>
      {!named && <Alert type="warning" showIcon title={t("import.nameNeeded")} />}
      {named && <Verdict shown={shown} />}
      {checked.isError && <ErrorBanner error={checked.error} />}
      <PreviewTable found={{ ...shown, columns: found.columns }} mapping={mapping} onMapping={setMapping} checking={checked.isFetching} />
      <NewOptions shown={shown} />
      <div className={styles.choices}>
        <Choice label={t("import.owner")}>
          <Radio.Group value={owner} onChange={(event) => setOwner(event.target.value as Owner)} aria-label={t("import.owner")}>
            <Radio value="me">{t("import.ownerMe")}</Radio>
            <Radio value="nobody">{t("import.ownerNobody")}</Radio>
            <Radio value="other">{t("import.ownerOther")}</Radio>
          </Radio.Group>
          {owner === "other" && (
            <div className={styles.picker}>
              <MemberPicker value={member} onChange={setMember} load={searchMembers} label={t("import.owner")} placeholder={t("detail.findMember")} />
            </div>
          )}
        </Choice>
        <Choice label={t("import.visibility")}>
          <Segmented
            value={visibility}
            onChange={(value: string) => setVisibility(value as Visibility)}
            aria-label={t("import.visibility")}
            options={[
              { value: "public", label: t("detail.public") },
              { value: "private", label: t("detail.private") },
            ]}
          />
        </Choice>
        <Choice label={t("import.existing")}>
          <Checkbox checked={skipExisting} onChange={(event) => setSkipExisting(event.target.checked)}>
            {t("import.skipExisting")}
          </Checkbox>
        </Choice>
      </div>
      <ErrorBanner error={error} />
      {asProblem(error).code === "import_not_previewed" && <Button onClick={onBack}>{t("import.again")}</Button>}
      <div className={styles.foot}>
        <Button onClick={onBack}>{t("import.otherFile")}</Button>
        <Button type="primary" loading={busy} disabled={!named || found.rows === 0 || (owner === "other" && !member)} onClick={() => void run()}>
          {t("import.run", { count: found.rows })}
        </Button>
      </div>
    </div>
  );
}

/** How the checked rows fared, in one line. */
function Verdict({ shown }: { shown: CustomerImport }) {
  const { t } = useTranslation();
  const faulty = new Set(shown.errors.map((each) => each.row)).size;
  if (faulty === 0) return <Alert type="success" showIcon title={t("import.allGood", { count: shown.preview.length })} />;
  return <Alert type="warning" showIcon title={t("import.someFaulty", { count: faulty, checked: shown.preview.length })} description={t("import.faultyHint")} />;
}

function NewOptions({ shown }: { shown: CustomerImport }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  if (shown.new_options.length === 0) return null;
  return (
    <p className={styles.newOptions}>
      {t("import.newOptions")}
      {shown.new_options.map((each) => (
        <Tag key={`${each.field}-${each.label}`}>
          {label(each.field)} · {each.label}
        </Tag>
      ))}
    </p>
  );
}

function Choice({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={styles.choice}>
      <span className={styles.choiceLabel}>{label}</span>
      <div>{children}</div>
    </div>
  );
}
