/** Members of a condition: me, my department, or anyone found by name, pinyin or initials. */
import { Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useMemberName } from "@/api/member_name";
import { useBuilder } from "@/features/filter/context";
import { filled, type ValueProps } from "@/features/filter/ValueEditor";
import { listOf } from "@/lib/filter";
import { takesList } from "@/lib/filterOperator";
import { matchesText } from "@/lib/match";
import { useMemberSearch } from "@/ui/useMemberSearch";

const TOKENS = ["me", "my_department"] as const;
const TOKEN_WORDS = { me: "me wo 我", my_department: "my department wodebumen wdbm 我的部门" };

export function MemberValue({ op, value, onChange, label, status }: ValueProps) {
  const { t } = useTranslation();
  const { impersonal } = useBuilder();
  const { typed, found, clear, select } = useMemberSearch(searchMembers);
  const values = listOf(value).map(String);
  const nameOf = useMemberName();
  const options = useMemo(() => {
    const tokens = (impersonal ? [] : TOKENS).filter((token) => matchesText(typed, TOKEN_WORDS[token])).map((token) => ({ value: token as string, label: t(`filter.${token}`) }));
    return [...tokens, ...found.map((member) => ({ value: member.member_id, label: member.name }))];
  }, [found, typed, impersonal, t]);
  const many = takesList(op);
  return (
    <Select
      mode={many ? "multiple" : undefined}
      value={many ? values : values[0]}
      options={options}
      placeholder={t("filter.pickValue")}
      aria-label={label}
      status={status}
      labelRender={({ value: each, label: shown }) => <>{isToken(String(each)) ? t(`filter.${String(each)}`) : (shown ?? nameOf(String(each)))}</>}
      {...select}
      onChange={(next: string | string[]) => {
        clear();
        onChange(Array.isArray(next) ? filled(next) : next);
      }}
    />
  );
}

const isToken = (value: string): boolean => (TOKENS as readonly string[]).includes(value);
