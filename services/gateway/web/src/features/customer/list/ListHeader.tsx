/** Head of the list: name and count of the view, search, order, columns, what can be done with all of it. */
import { Button, Dropdown, Input, Tooltip, type InputRef } from "antd";
import { Download, Ellipsis, Plus, RefreshCw, Search, Upload } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import styles from "@/features/customer/list/ListHeader.module.css";
import { SortMenu } from "@/features/customer/list/SortMenu";
import { countText, type Count } from "@/lib/count";
import { isComposing } from "@/lib/keys";
import type { ListView } from "@/lib/listSearch";
import type { Sort } from "@/table/sort";

type Props = {
  view: ListView;
  /** The name of the saved search, where one is shown. */
  name?: string;
  count: Count | null;
  q: string;
  onSearch: (q: string) => void;
  searchRef: RefObject<InputRef | null>;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
  filter?: ReactNode;
  columns?: ReactNode;
  refreshing: boolean;
  onRefresh: () => void;
  onExport?: () => void;
  onImport?: () => void;
  onAdd: () => void;
  narrow: boolean;
  /** Something narrows the view: not all of it is shown. */
  narrowed: boolean;
  onLeaveSearch: SearchBoxProps["onLeave"];
};

export function ListHeader(props: Props) {
  const { t } = useTranslation();
  const { view, count, narrow, onExport, onImport, onRefresh } = props;
  const more = [
    ...(onImport ? [{ key: "import", icon: <Upload size={14} />, label: t("frame.imports"), onClick: onImport }] : []),
    ...(onExport ? [{ key: "export", icon: <Download size={14} />, label: t(props.narrowed ? "list.exportShown" : "list.exportAll"), onClick: onExport }] : []),
    { key: "refresh", icon: <RefreshCw size={14} />, label: t("common.refresh"), onClick: onRefresh },
  ];
  return (
    <div className={styles.head}>
      <h1 className={styles.title}>
        {props.name ?? t(`view.${view}`)}
        {count && (
          <Tooltip title={count.exact ? undefined : t("list.countBounded")}>
            <span className={styles.count}>{countText(count)}</span>
          </Tooltip>
        )}
      </h1>
      <div className={styles.tools}>
        <SearchBox q={props.q} onSearch={props.onSearch} onLeave={props.onLeaveSearch} inputRef={props.searchRef} narrow={narrow} />
        {props.filter}
        <SortMenu sort={props.sort} onSort={props.onSort} compact={narrow} view={view} />
        {props.columns}
        <Dropdown menu={{ items: more }} trigger={["click"]} placement="bottomRight">
          <Button icon={<Ellipsis size={16} />} aria-label={t("common.more")} loading={props.refreshing ? { delay: 400 } : false} />
        </Dropdown>
        {!narrow && (
          <Button type="primary" icon={<Plus size={15} />} onClick={props.onAdd}>
            {t("list.add")}
          </Button>
        )}
      </div>
    </div>
  );
}

const DEBOUNCE = 300;

type SearchBoxProps = {
  q: string;
  onSearch: (q: string) => void;
  /** A key led out of the box: to the rows that `first` asks for, or nowhere. */
  onLeave: (first: string | null) => void;
  inputRef: RefObject<InputRef | null>;
  narrow: boolean;
};

function SearchBox({ q, onSearch, onLeave, inputRef, narrow }: SearchBoxProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const sent = useRef(q);
  const composing = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // The address changed by itself (Back, another view): follow it.
  useEffect(() => {
    if (q === sent.current) return;
    sent.current = q;
    setText(q);
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const send = (value: string) => {
    clearTimeout(timer.current);
    if (value.trim() === sent.current) return;
    sent.current = value.trim();
    onSearch(value.trim());
  };
  const later = (value: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(value), DEBOUNCE);
  };
  return (
    <Input
      ref={inputRef}
      className={styles.search}
      type="search"
      prefix={<Search size={14} aria-hidden />}
      suffix={!narrow && !text ? <kbd aria-hidden>/</kbd> : undefined}
      allowClear
      placeholder={t("list.search")}
      aria-label={t("list.searchLabel")}
      value={text}
      onCompositionStart={() => (composing.current = true)}
      onCompositionEnd={(event) => {
        composing.current = false;
        later(event.currentTarget.value);
      }}
      onChange={(event) => {
        setText(event.target.value);
        if (event.target.value === "") send("");
        else if (!composing.current) later(event.target.value); // half-typed pinyin is not searched for
      }}
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        if (!["Enter", "ArrowDown", "Escape"].includes(event.key)) return;
        event.preventDefault(); // a browser would empty the box on Escape
        send(text);
        event.currentTarget.blur();
        onLeave(event.key === "Escape" ? null : text.trim());
      }}
    />
  );
}
