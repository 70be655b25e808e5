/** Members found while one types in a select: the text goes with each pick and with the closing of the list. */
import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDebounced } from "@/lib/useDebounced";

type Load<Found> = (q: string, signal?: AbortSignal) => Promise<Found[]>;

/** `load`: search of members, normally `searchMembers` of api/member.ts. */
export function useMemberSearch<Found>(load: Load<Found>) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const settled = useDebounced(typed.trim(), 180);
  const q = typed.trim() && settled; // taken away, the text is so at once
  const { data, isFetching } = useQuery<Found[]>({ queryKey: ["members", "pick", q], queryFn: ({ signal }) => load(q, signal), staleTime: 60_000 });
  const clear = useCallback(() => setTyped(""), []);
  // What answers another text must not be picked by a quick Enter.
  const late = typed.trim() !== q;
  const select: { showSearch: object; onOpenChange: (open: boolean) => void; notFoundContent: ReactNode } = {
    showSearch: { filterOption: false, onSearch: setTyped, searchValue: typed },
    onOpenChange: (open) => !open && clear(),
    notFoundContent: late || isFetching ? <Spin size="small" /> : t("common.noMatch"),
  };
  const found = useMemo(() => (late ? [] : (data ?? [])), [late, data]);
  return { typed, found, clear, select };
}
