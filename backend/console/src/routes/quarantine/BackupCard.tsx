import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { Link } from "react-router";
import { POLL_MS } from "@/api/live";
import type { Schemas } from "@/api/model";
import { query } from "@/api/query";
import { Moment } from "@/components/Moment";
import { ProblemPanel } from "@/components/ProblemPanel";
import { Section } from "@/components/Section";
import { showBytes } from "@/lib/bytes";
import { useWords } from "@/locales/words";
import { quarantineWords } from "./words";

/** When the last backup was reported, what only phones hold besides this server and until when, and what a restore left missing. */
export function BackupCard() {
  const { backup: words } = useWords(quarantineWords);
  // No event tells of what phones keep.
  const { data, error, refetch } = useQuery({ ...query("/api/v1/backup"), refetchInterval: POLL_MS });
  if (error) return <ProblemPanel error={error} onRetry={refetch} />;
  if (!data) return null;
  return (
    <Section title={words.title}>
      <div className="stack">
        <Standing backup={data} />
        {data.lost.map(({ case_id, case_no, originals, identities }) => (
          <Alert
            key={case_id}
            type="warning"
            showIcon
            title={<Link to={`/cases/${case_id}`}>{case_no}</Link>}
            description={
              <>
                {originals > 0 && <div>{words.lostOriginals(originals)}</div>}
                {identities > 0 && <div>{words.lostIdentities(identities)}</div>}
              </>
            }
          />
        ))}
      </div>
    </Section>
  );
}

function Standing({ backup }: { backup: Schemas["BackupView"] }) {
  const { backup: words } = useWords(quarantineWords);
  const { began_at, kept, kept_until, alone } = backup;
  return (
    <div>
      <p>
        {words.last} {began_at ? <Moment at={began_at} /> : words.never}
      </p>
      <p className="soft">
        {words.kept(kept.originals, showBytes(kept.bytes), kept.identities)}
        {kept_until && (
          <>
            {words.until} <Moment at={kept_until} />
          </>
        )}
      </p>
      {alone.originals + alone.identities > 0 && (
        <Alert type="error" showIcon title={words.alone(alone.originals, alone.identities)} />
      )}
    </div>
  );
}
