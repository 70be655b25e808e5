/** A button that the rules may refuse: then it is disabled and says why. */
import { Button, type ButtonProps } from "antd";
import type { ActionAccess } from "@/lib/access";
import { ReasonTooltip } from "@/ui/ReasonTooltip";

type Props = ButtonProps & { access: ActionAccess | undefined };

export function AccessButton({ access, disabled, ...rest }: Props) {
  const refused = access !== undefined && !access.allowed;
  return (
    <ReasonTooltip access={access}>
      <Button {...rest} disabled={disabled || access === undefined || refused} />
    </ReasonTooltip>
  );
}
