/** Several members, found by name, pinyin or initials. */
import { useQuery } from "@tanstack/react-query";
import { Select, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { searchMembers } from "@/api/member";
import { useDebounced } from "@/lib/useDebounced";

export type Person = { member_id: string; name: string };

/** `value`, `onChange` and `id` come from the form's item. */
export function MembersSelect({ value = [], onChange, label, id }: { value?: Person[]; onChange?: (members: Person[]) => void; label: string; id?: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const q = useDebounced(text.trim(), 180);
  const found = useQuery({ queryKey: ["members", "pick", q], queryFn: ({ signal }) => searchMembers(q, signal), staleTime: 60_000, placeholderData: (previous) => previous });
  const shown = [...value, ...(found.data ?? []).filter((member) => !value.some((each) => each.member_id === member.member_id))];
  return (
    <Select
      id={id}
      mode="multiple"
      allowClear
      aria-label={label}
      placeholder={t("pool.pick")}
      value={value.map((member) => member.member_id)}
      showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
      notFoundContent={found.isFetching ? <Spin size="small" /> : t("common.noMatch")}
      onOpenChange={(open) => !open && setText("")}
      onChange={(ids: string[]) => onChange?.(ids.flatMap((each) => shown.filter((member) => member.member_id === each).slice(0, 1)).map(({ member_id, name }) => ({ member_id, name })))}
      options={shown.map((member) => ({ value: member.member_id, label: member.name }))}
    />
  );
}
