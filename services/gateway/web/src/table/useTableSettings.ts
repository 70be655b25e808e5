import { useCallback, useMemo, useState } from "react";
import { readSetting, writeSetting } from "@/lib/storage";
import type { TableColumn } from "@/table/column";
import { fitSettings, type TableSettings } from "@/table/settings";

/** The settings of one list, kept in this browser under `name`. */
export function useTableSettings<Row>(name: string, columns: readonly TableColumn<Row>[]): [TableSettings, (change: (settings: TableSettings) => TableSettings) => void, () => void] {
  const [changed, setChanged] = useState(0);
  const stored = useMemo(() => {
    void changed; // written anew
    return readSetting<Partial<TableSettings> | null>(`table.${name}`, null);
  }, [name, changed]);
  const settings = useMemo(() => fitSettings(stored, columns), [stored, columns]);
  const update = useCallback(
    (change: (settings: TableSettings) => TableSettings) => {
      const current = fitSettings(readSetting<Partial<TableSettings> | null>(`table.${name}`, null), columns);
      writeSetting(`table.${name}`, change(current));
      setChanged((count) => count + 1);
    },
    [name, columns],
  );
  const reset = useCallback(() => {
    writeSetting(`table.${name}`, null);
    setChanged((count) => count + 1);
  }, [name]);
  return [settings, update, reset];
}
