/** What phones sent and could not be taken in: kept, never dropped, and looked at by a person. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Card, Empty, type TableColumnsType } from "antd";
import { Link } from "react-router";
import { codes } from "@/api/codes.made";
import { queryKey } from "@/api/key";
import { usePolling } from "@/api/live";
import type { Schemas } from "@/api/model";
import { PAGE_SIZE } from "@/api/queries";
import { read } from "@/api/query";
import { tones } from "@/app/theme";
import { columnsOf } from "@/components/columns";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { ProblemPanel } from "@/components/ProblemPanel";
import { WideTable } from "@/components/WideTable";
import { showBytes } from "@/lib/bytes";
import type { WordsOf } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { BackupCard } from "./BackupCard";
import { DepositedOriginal } from "./DepositedOriginal";
import { OpenDangers } from "./OpenDangers";
import { QuarantinedWords } from "./QuarantinedWords";
import { RecoveryClaims } from "./RecoveryClaims";
import { TroubledCases } from "./TroubledCases";
import { quarantineWords } from "./words";

type Quarantined = Schemas["QuarantinedView"];

export function QuarantinePage() {
  const words = useWords(quarantineWords);
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useQuarantine();
  return (
    <div className="page stack">
      <div>
        <h1>{words.title}</h1>
        <p className="soft">{words.lead}</p>
      </div>
      <OpenDangers />
      <TroubledCases />
      <RecoveryClaims />
      <BackupCard />
      {error && <ProblemPanel error={error} onRetry={refetch} />}
      {(data || isPending) && (
        <Card styles={{ body: { padding: 0 } }}>
          <WideTable<Quarantined>
            name={words.title}
            width={860}
            rowKey={({ kind, case_id, hash, device_id }) => `${kind} ${case_id} ${hash} ${device_id}`}
            loading={isPending}
            dataSource={data?.pages.flatMap(({ items }) => items) ?? []}
            columns={columns(words)}
            expandable={{
              expandedRowRender: (one) => <QuarantinedWords quarantined={one} />,
              rowExpandable: ({ kind }) => kind === "change",
            }}
            locale={{
              emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.empty} />,
            }}
          />
        </Card>
      )}
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.further}
        </Button>
      )}
    </div>
  );
}

/** All that lies in quarantine, page by page. */
function useQuarantine() {
  const path = "/api/v1/quarantine";
  return useInfiniteQuery({
    queryKey: queryKey(path),
    refetchInterval: usePolling(),
    initialPageParam: "",
    getNextPageParam: ({ next }: Schemas["QuarantinePage"]) => next,
    queryFn: ({ pageParam, signal }) =>
      read(path, { query: { ...(pageParam && { after: pageParam }), limit: PAGE_SIZE } }, signal),
  });
}

function columns({
  columns: title,
  kinds,
  toCase,
  danger: { heard },
}: WordsOf<typeof quarantineWords>): TableColumnsType<Quarantined> {
  return columnsOf(title, {
    received: ({ received_at }) => <Moment at={received_at} />,
    kind: (one) =>
      one.kind === "original" && one.code === codes.deposited ? (
        <DepositedOriginal deposited={one} />
      ) : (
        kinds[one.kind]
      ),
    why: ({ zh, code, danger }) => (
      <div>
        {danger && <Mark tone={danger === "no" ? tones.red : tones.grey}>{heard[danger]}</Mark>}
        <div lang="zh-CN">{zh}</div>
        <div className="code soft small">{code}</div>
      </div>
    ),
    case: ({ case_id }) => <Link to={`/cases/${case_id}`}>{toCase}</Link>,
    size: { align: "right", show: ({ size }) => <span className="figures">{showBytes(size)}</span> },
    hash: ({ hash }) => (
      <span className="code" title={hash}>
        {hash.slice(0, 12)}
      </span>
    ),
  });
}
