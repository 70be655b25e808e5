/** Members of a condition: me, my department, or anyone found by name, pinyin or initials. */
import { useQuery } from "@tanstack/react-query";
import { Select, Spin } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useMemberName } from "@/api/member_name";
import { useBuilder } from "@/features/filter/context";
import { filled, type ValueProps } from "@/features/filter/ValueEditor";
import { listOf } from "@/lib/filter";
import { takesList } from "@/lib/filterOperator";
import { matchesText } from "@/lib/match";
import { useDebounced } from "@/lib/useDebounced";

const TOKENS = ["me", "my_department"] as const;
const TOKEN_WORDS = { me: "me wo 我", my_department: "my department wodebumen wdbm 我的部门" };

export function MemberValue({ op, value, onChange, label, status }: ValueProps) {
  const { t } = useTranslation();
  const { impersonal } = useBuilder();
  const [typed, setTyped] = useState("");
  const q = useDebounced(typed.trim(), 180);
  const found = useQuery({ queryKey: ["members", "pick", q], queryFn: ({ signal }) => searchMembers(q, signal), staleTime: 60_000, placeholderData: (previous) => previous });
  const values = listOf(value).map(String);
  const nameOf = useMemberName();
  const options = useMemo(() => {
    const tokens = (impersonal ? [] : TOKENS).filter((token) => matchesText(typed, TOKEN_WORDS[token])).map((token) => ({ value: token as string, label: t(`filter.${token}`) }));
    return [...tokens, ...(found.data ?? []).map((member) => ({ value: member.member_id, label: member.name }))];
  }, [found.data, typed, impersonal, t]);
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
      showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
      onOpenChange={(open) => !open && setTyped("")}
      notFoundContent={found.isFetching ? <Spin size="small" /> : t("common.noMatch")}
      onChange={(next: string | string[]) => onChange(Array.isArray(next) ? filled(next) : next)}
    />
  );
}

const isToken = (value: string): boolean => (TOKENS as readonly string[]).includes(value);
