import { Tooltip } from "antd";
import type { LineState } from "@/api/line";
import { useLive } from "@/api/live";
import { useWords } from "@/locales/words";
import { componentWords } from "./words";

/** Says whether the page changes by itself at the moment. */
export function LiveSign() {
  const { live } = useWords(componentWords);
  const state = useLive();
  const hint: Record<LineState, string> = {
    live: live.liveHint,
    connecting: live.connectingHint,
    lost: live.lostHint,
  };
  return (
    <Tooltip title={hint[state]}>
      <span className="live" data-state={state} role="status">
        <span className="live-dot" aria-hidden="true" />
        {live[state]}
      </span>
    </Tooltip>
  );
}
