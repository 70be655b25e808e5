/** What can be done with one row: asked for when the menu opens, refused actions grey with their reason. */
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { Ellipsis, ExternalLink, HandGrab, Star, UserRoundPen, Waves } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { accessQuery, type CustomerRow } from "@/api/customer";
import styles from "@/features/customer/list/RowActions.module.css";
import { accessReason } from "@/lib/access";

type Props = { row: CustomerRow; onAssign: () => void; onReturn: () => void; onClaim: () => void; onStar: () => void; onOpenPage: () => void; claiming: boolean; /** Claiming is what the list is for: a button of its own. */ withClaim: boolean };

export function RowActions({ row, onAssign, onReturn, onClaim, onStar, onOpenPage, claiming, withClaim }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const access = useQuery({ ...accessQuery(row.customer_id), enabled: open }).data?.actions;
  const pooled = row.state === "pool";
  const guarded = (action: "assign" | "return_to_pool", label: string) => ({ disabled: !access?.[action]?.allowed, label: <Refusable label={label} reason={accessReason(access?.[action])} /> });
  const items = [
    ...(pooled && !withClaim ? [{ key: "claim", icon: <HandGrab size={14} />, label: t("batch.claim"), onClick: onClaim }] : []),
    { key: "assign", icon: <UserRoundPen size={14} />, onClick: onAssign, ...guarded("assign", t("batch.assign")) },
    ...(pooled ? [] : [{ key: "return", icon: <Waves size={14} />, onClick: onReturn, ...guarded("return_to_pool", t("batch.return_to_pool")) }]),
    { key: "star", icon: <Star size={14} />, label: t(row.starred ? "batch.unstar" : "batch.star"), onClick: onStar },
    { type: "divider" as const },
    { key: "page", icon: <ExternalLink size={14} />, label: t("list.openPage"), onClick: onOpenPage },
  ];
  return (
    <span style={{ display: "inline-flex", gap: 4 }}>
      {pooled && withClaim && (
        <Button size="small" type="primary" ghost icon={<HandGrab size={14} />} loading={claiming} aria-label={t("list.claimOne", { name: row.name })} onClick={onClaim}>
          {t("batch.claim")}
        </Button>
      )}
      <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight" onOpenChange={setOpen}>
        <Button size="small" type="text" icon={<Ellipsis size={16} />} aria-label={t("list.actionsOf", { name: row.name })} />
      </Dropdown>
    </span>
  );
}

function Refusable({ label, reason }: { label: string; reason: string }) {
  if (!reason) return <>{label}</>;
  return (
    <span className={styles.refused}>
      {label}
      <small>{reason}</small>
    </span>
  );
}
