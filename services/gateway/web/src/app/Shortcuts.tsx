/** Every key of the product, by place. */
import { Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "@/app/Shortcuts.module.css";
import { commandKey } from "@/lib/keys";

type Line = { keys: string[]; text: string };

export function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(true);
  const line = (text: string, ...keys: string[]): Line => ({ keys, text: t(`shortcut.${text}`) });
  const groups: [string, Line[]][] = [
    ["everywhere", [line("palette", commandKey, "K"), line("new", "N"), line("undo", "Z"), line("help", "?"), line("close", "Esc"), line("goMine", "G", "M"), line("goToday", "G", "T"), line("goPool", "G", "P"), line("goAll", "G", "A"), line("goStarred", "G", "S")]],
    ["list", [line("search", "/"), line("filter", "F"), line("down", "J"), line("up", "K"), line("openRow", "Enter"), line("choose", "X"), line("range", "Shift", "X"), line("star", "S"), line("assign", "A")]],
    ["detail", [line("previous", "["), line("next", "]"), line("edit", "E"), line("log", "L")]],
    ["form", [line("save", commandKey, "Enter"), line("saveAndNext", commandKey, "Shift", "Enter")]],
  ];
  return (
    <Modal open={open} onCancel={() => setOpen(false)} afterClose={onClose} title={t("frame.shortcuts")} footer={null} width={640}>
      <div className={styles.groups}>
        {groups.map(([name, lines]) => (
          <section key={name}>
            <h2>{t(`shortcut.group.${name}`)}</h2>
            <dl>
              {lines.map(({ keys, text }) => (
                <div key={text} className={styles.line}>
                  <dt>{text}</dt>
                  <dd>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
