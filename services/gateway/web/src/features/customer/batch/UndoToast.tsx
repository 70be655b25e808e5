/** "Done · Undo" for eight seconds after a change of many or one; the pointer or the focus on it stops the clock, `Z` undoes. */
import { Button } from "antd";
import { CircleCheck, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ResultSheet } from "@/features/customer/batch/ResultSheet";
import styles from "@/features/customer/batch/UndoToast.module.css";
import { useUndo } from "@/features/customer/batch/useUndo";
import { isComposing, isTyping } from "@/lib/keys";
import { offerUndo, useUndoOffer, type UndoOffer } from "@/lib/undo";

const SECONDS = 8;
const TICK_MS = 200;

export function UndoToast() {
  const offer = useUndoOffer();
  const { undo, outcome, closeOutcome } = useUndo();
  return (
    <>
      <div className={styles.place} role="status">
        {offer && (
          <Toast
            key={offer.batchId}
            offer={offer}
            onUndo={() => {
              offerUndo(null);
              void undo(offer.batchId);
            }}
          />
        )}
      </div>
      <ResultSheet outcome={outcome} onClose={closeOutcome} />
    </>
  );
}

function Toast({ offer, onUndo }: { offer: UndoOffer; onUndo: () => void }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(SECONDS * 1000);
  const held = useRef(false);
  const act = useRef(onUndo);
  act.current = onUndo;
  useEffect(() => {
    const timer = setInterval(() => !held.current && setLeft((now) => now - TICK_MS), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left <= 0) offerUndo(null);
  }, [left]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "z" || event.ctrlKey || event.metaKey || event.altKey || isComposing(event) || isTyping(event.target)) return;
      event.preventDefault();
      act.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  const seconds = Math.max(1, Math.ceil(left / 1000));
  const hold = (value: boolean) => () => {
    held.current = value;
  };
  return (
    <div className={styles.toast} onMouseEnter={hold(true)} onMouseLeave={hold(false)} onFocus={hold(true)} onBlur={hold(false)}>
      <CircleCheck size={17} className={styles.icon} aria-hidden />
      <span className={styles.text}>
        {offer.text}
        {offer.hint && <small className={styles.hint}>{offer.hint}</small>}
      </span>
      <Button size="small" type="link" className={styles.undo} onClick={onUndo} title={`${t("batch.undo")} · Z`}>
        {t("batch.undo")} <kbd aria-hidden>Z</kbd>
      </Button>
      <span className={styles.seconds} aria-hidden>
        {seconds}
      </span>
      <Button size="small" type="text" className={styles.close} icon={<X size={14} />} aria-label={t("common.close")} onClick={() => offerUndo(null)} />
      <span className={styles.line} style={{ width: `${(left / (SECONDS * 1000)) * 100}%` }} aria-hidden />
    </div>
  );
}
