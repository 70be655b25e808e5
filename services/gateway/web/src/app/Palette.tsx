/** The command palette: customers by name, pinyin or phone, views, actions. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Modal } from "antd";
import { CornerDownLeft, Search } from "lucide-react";
import { useMemo, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { usePaletteItems, type PaletteItem } from "@/app/paletteItems";
import styles from "@/app/Palette.module.css";
import { listCustomers } from "@/api/customer";
import { signOut, useMe } from "@/api/session";
import { isComposing } from "@/lib/keys";
import { matchesText } from "@/lib/match";
import { useDebounced } from "@/lib/useDebounced";
import { MemberAvatar } from "@/ui/MemberAvatar";

type Props = { onClose: () => void; onOpenCustomer: (customerId: string) => void };

const FOUND = 7;
/** There may be very many of these: they come when something is typed. */
const NAMED = new Set<PaletteItem["group"]>(["searches", "tags"]);

const GROUPS: PaletteItem["group"][] = ["views", "searches", "tags", "actions"];

/** Group by group; in each what begins with the words typed before what only holds them. */
function bestFirst(text: string, items: PaletteItem[]): PaletteItem[] {
  const typed = text.trim().toLowerCase();
  const rank = (item: PaletteItem) => GROUPS.indexOf(item.group) * 2 + (`${item.label} ${item.words}`.toLowerCase().split(/\s+/).some((word) => word.startsWith(typed)) ? 0 : 1);
  return [...items].sort((left, right) => rank(left) - rank(right));
}

export function Palette({ onClose, onOpenCustomer }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(true);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const q = useDebounced(text.trim(), 200);
  const found = useQuery({ queryKey: ["customers", "palette", q], queryFn: ({ signal }) => listCustomers({ view: "all", q }, null, FOUND, signal), enabled: q !== "", placeholderData: keepPreviousData });
  const commands = usePaletteItems(me, navigate, () => void signOut(client));

  const items = useMemo<PaletteItem[]>(() => {
    const customers = text.trim() === "" ? [] : (found.data?.items ?? []);
    return [
      ...customers.map<PaletteItem>((row) => ({
        key: row.customer_id,
        group: "customers",
        label: row.name,
        words: "",
        hint: row.customer_no,
        icon: <MemberAvatar member={row.owner} size={18} empty="·" />,
        run: () => onOpenCustomer(row.customer_id),
      })),
      ...bestFirst(text, commands.filter((item) => (text.trim() !== "" || !NAMED.has(item.group)) && matchesText(text, item.label, item.words))),
    ];
  }, [commands, found.data, text, onOpenCustomer]);
  const index = Math.min(active, items.length - 1);

  const run = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = (index + step + items.length) % Math.max(1, items.length);
      setActive(next);
      document.getElementById(`palette-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(items[index]);
    }
  };
  const searching = q !== text.trim() || found.isFetching;
  return (
    <Modal open={open} onCancel={() => setOpen(false)} afterClose={onClose} footer={null} closable={false} width={600} style={{ top: "12vh" }} styles={{ container: { padding: 0, overflow: "hidden" }, header: { margin: 0, padding: 0 } }} title={<span className="visually-hidden">{t("frame.palette")}</span>}>
      <div className={styles.box}>
        <Search size={17} aria-hidden />
        <input
          autoFocus
          className={styles.input}
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={items.length > 0 ? `palette-${index}` : undefined}
          aria-label={t("frame.palette")}
          placeholder={t("palette.placeholder")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </div>
      <div id="palette-list" role="listbox" aria-label={t("frame.palette")} className={styles.list}>
        {items.map((item, position) => (
          <div key={item.key} role="presentation">
            {item.group !== items[position - 1]?.group && (
              <p className={styles.group} role="presentation">
                {t(`palette.group.${item.group}`)}
              </p>
            )}
            <div id={`palette-${position}`} role="option" aria-selected={position === index} className={styles.item} onMouseMove={() => setActive(position)} onClick={() => run(item)}>
              <span className={styles.icon}>{item.icon}</span>
              <span className={styles.label}>{item.label}</span>
              <span className={styles.hint}>{item.hint}</span>
              {position === index && <CornerDownLeft size={13} aria-hidden />}
            </div>
          </div>
        ))}
      </div>
      {items.length === 0 && (
        <p className={styles.none} role="status">
          {searching ? t("common.loading") : t("palette.none", { text })}
        </p>
      )}
    </Modal>
  );
}
