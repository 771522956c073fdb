import { Alert } from "antd";
import { showMinute } from "@/lib/time";
import { useWords } from "@/locales/words";
import type { Conflict } from "../model";
import { conflictWords } from "./words";

/** Who ruled, when and why. */
export function SettlementNote({ settlement }: { settlement: NonNullable<Conflict["settled"]> }) {
  const words = useWords(conflictWords);
  const at = showMinute(settlement.at);
  return (
    <Alert
      type="success"
      showIcon
      role="note"
      title={settlement.by_name ? words.ruledBy(settlement.by_name, at) : words.ruledNobody(at)}
      description={
        settlement.why && (
          <span>
            {words.why}：{settlement.why}
          </span>
        )
      }
    />
  );
}
