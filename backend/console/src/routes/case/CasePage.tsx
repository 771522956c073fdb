/** One case: where it stands, who answers for it, what was recorded, what is disputed, what happened. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Skeleton, Tabs } from "antd";
import { Link, useParams, useSearchParams } from "react-router";
import { usePolling } from "@/api/live";
import type { CaseDetail } from "@/api/model";
import { query } from "@/api/query";
import { ProblemPanel } from "@/components/ProblemPanel";
import { TroubleNote } from "@/components/TroubleNote";
import { useWords } from "@/locales/words";
import { CaseHeader } from "./CaseHeader";
import { ConflictsTab } from "./conflict/ConflictsTab";
import { CourseTab } from "./course/CourseTab";
import { HoldBanner } from "./HoldBanner";
import { PassedOverNote } from "./PassedOverNote";
import { ReferralsSection } from "./ReferralsSection";
import { ActionsCard } from "./rail/ActionsCard";
import { AssignmentsCard } from "./rail/AssignmentsCard";
import { ColourCard } from "./rail/ColourCard";
import { DeadlinesCard } from "./rail/DeadlinesCard";
import { AgreementTab } from "./tabs/AgreementTab";
import { OverviewTab } from "./tabs/OverviewTab";
import { RecordsTab } from "./tabs/RecordsTab";
import { RequestsTab } from "./tabs/RequestsTab";
import { TrailTab } from "./tabs/TrailTab";
import "./case.css";
import type { WordsOf } from "@/locales/dictionary";
import { caseWords } from "./words";

export function CasePage() {
  const { id = "" } = useParams();
  const words = useWords(caseWords);
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    ...query("/api/v1/cases/{id}", { path: { id } }),
    refetchInterval: usePolling(),
  });

  return (
    <div className="page stack">
      <Link to="/cases" className="case-back">
        <ArrowLeftOutlined aria-hidden /> {words.back}
      </Link>
      {error && <ProblemPanel error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton active paragraph={{ rows: 10 }} />}
      {data && <Case detail={data} readAt={dataUpdatedAt} />}
    </div>
  );
}

function Case({ detail, readAt }: { detail: CaseDetail; readAt: number }) {
  const words = useWords(caseWords);
  const [params, setParams] = useSearchParams();
  const tab = params.get("tab") ?? "overview";
  const open = (key: string) => setParams(key === "overview" ? {} : { tab: key }, { replace: true });

  return (
    <>
      <CaseHeader detail={detail} readAt={readAt} />
      <HoldBanner detail={detail} />
      <PassedOverNote detail={detail} />
      <TroubleNote trouble={detail.trouble} />
      {detail.summary.open_conflicts > 0 && tab !== "conflicts" && (
        <Alert
          type="warning"
          showIcon
          title={words.openConflicts(detail.summary.open_conflicts)}
          description={words.openConflictsHint}
          action={<Link to="?tab=conflicts">{words.toConflicts}</Link>}
        />
      )}
      {detail.summary.place_outside && (
        <Alert
          type="warning"
          showIcon
          title={words.placeOutside(detail.summary.place_outside)}
          description={words.placeOutsideHint}
        />
      )}
      {detail.long_texts.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={words.longTexts(detail.long_texts.length)}
          description={words.longTextsHint}
        />
      )}
      <ReferralsSection detail={detail} />
      <div className="case-columns">
        <Tabs className="case-tabs" activeKey={tab} onChange={open} items={pages(detail, words.tabs)} />
        <div className="stack case-rail">
          <ActionsCard detail={detail} />
          <DeadlinesCard deadlines={detail.deadlines} />
          <ColourCard detail={detail} />
          <AssignmentsCard assignments={detail.assignments} />
        </div>
      </div>
    </>
  );
}

function pages(detail: CaseDetail, label: WordsOf<typeof caseWords>["tabs"]) {
  const open = detail.summary.open_conflicts;
  return [
    { key: "overview", label: label.overview, children: <OverviewTab detail={detail} /> },
    { key: "records", label: label.records, children: <RecordsTab detail={detail} /> },
    { key: "course", label: label.course, children: <CourseTab detail={detail} /> },
    { key: "agreement", label: label.agreement, children: <AgreementTab detail={detail} /> },
    {
      key: "conflicts",
      label: open > 0 ? `${label.conflicts} (${open})` : label.conflicts,
      children: <ConflictsTab detail={detail} />,
    },
    { key: "requests", label: label.requests, children: <RequestsTab requests={detail.requests} /> },
    { key: "trail", label: label.trail, children: <TrailTab trail={detail.trail} /> },
  ];
}
