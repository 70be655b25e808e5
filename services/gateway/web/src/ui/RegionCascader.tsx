/** Province and city; type Chinese, pinyin or initials to find one. A place the list does not know is shown as it is. */
import { Cascader } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import regions from "@/lib/regions.json";
import styles from "@/ui/RegionCascader.module.css";

export type Region = { province: string | null; city: string | null; district: string | null };

type Place = { value: string; label: string; py: string; children?: Place[] };
type Source = { name: string; en: string; py: string; cities: [string, string][]; direct?: boolean };

const SOURCES = regions as unknown as Source[];
const DIRECT = new Set(SOURCES.filter((source) => source.direct).map((source) => source.name));

type Props = { value: Region; onChange: (region: Region) => void; onLeave?: () => void; label: string; placeholder?: string; autoFocus?: boolean; defaultOpen?: boolean; disabled?: boolean };

export function RegionCascader({ value, onChange, onLeave, label, placeholder, autoFocus, defaultOpen, disabled }: Props) {
  const { i18n } = useTranslation();
  const english = i18n.language === "en";
  const places = useMemo(() => SOURCES.map((source) => placeOf(source, english)), [english]);
  const second = value.city && value.city !== value.province ? value.city : value.district;
  const path = [value.province, second].filter((part): part is string => Boolean(part));
  const change = (chosen: (string | number | null)[] | undefined) => onChange(regionOf((chosen ?? []).map(String)));
  return (
    <Cascader
      className={styles.fill}
      autoFocus={autoFocus}
      defaultOpen={defaultOpen}
      disabled={disabled}
      aria-label={label}
      placeholder={placeholder}
      options={places}
      value={path}
      changeOnSelect
      expandTrigger="hover"
      displayRender={(labels) => labels.join(" ")}
      showSearch={{ filter: (typed, found) => found.some((place) => matches(place as unknown as Place, typed)), limit: 30 }}
      onChange={(chosen) => change(chosen as string[] | undefined)}
      onOpenChange={(open) => !open && onLeave && setTimeout(onLeave, 80)}
    />
  );
}

function placeOf({ name, en, py, cities }: Source, english: boolean): Place {
  const children = cities.map(([city, cityPy]) => ({ value: city, label: city, py: cityPy }));
  return { value: name, label: english ? `${name} ${en}` : name, py: `${py} ${en.toLowerCase()}`, ...(children.length > 0 ? { children } : {}) };
}

function matches({ label, py }: Place, typed: string): boolean {
  const word = typed.trim().toLowerCase();
  return label.includes(word) || py.split(" ").some((part) => part.startsWith(word));
}

/** A municipality has districts where a province has cities. */
export function regionOf(path: string[]): Region {
  const [province = null, second = null] = path;
  if (province && DIRECT.has(province)) return { province, city: null, district: second };
  return { province, city: second, district: null };
}
