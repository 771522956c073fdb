import { Alert } from "antd";
import type { Trouble } from "@/api/model";
import { showMinute } from "@/lib/time";
import { useWords } from "@/locales/words";
import { componentWords } from "./words";

/** What is wrong with a case for those who look after the server; nothing when all is well. */
export function TroubleNote({ trouble }: { trouble: Trouble }) {
  const { trouble: words } = useWords(componentWords);
  const { parked, unmerged, unmerged_since, unprojected } = trouble;
  return (
    <>
      {parked && <Alert type="error" showIcon title={words.parked} description={parked} />}
      {unmerged > 0 && (
        <Alert
          type="warning"
          showIcon
          title={words.unmerged(unmerged, unmerged_since ? showMinute(unmerged_since) : "")}
        />
      )}
      {unprojected.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={words.unprojected}
          description={unprojected.map(({ path }) => (
            <div key={path} className="code small">
              {path}
            </div>
          ))}
        />
      )}
    </>
  );
}
