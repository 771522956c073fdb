import type { TableColumnsType } from "antd";
import type { RequestView } from "@/api/model";
import { tones } from "@/app/theme";
import { columnsOf } from "@/components/columns";
import { EventName } from "@/components/EventName";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { WideTable } from "@/components/WideTable";
import { showAsk } from "@/lib/ask";
import { askedOutcomes } from "@/lib/outcomes";
import type { WordsOf } from "@/locales/dictionary";
import { NONE } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { useLanguage, useWords, wordFor } from "@/locales/words";
import { requestWords } from "./words/requests";

/** What was asked from the field, and what the server ruled. */
export function RequestsTab({ requests }: { requests: RequestView[] }) {
  const words = useWords(requestWords);
  return (
    <Section title={words.title} empty={requests.length === 0 && words.empty}>
      <WideTable<RequestView>
        name={words.caption}
        width={640}
        rowKey="id"
        dataSource={requests}
        columns={columns(words.columns)}
      />
    </Section>
  );
}

function columns(title: WordsOf<typeof requestWords>["columns"]): TableColumnsType<RequestView> {
  return columnsOf(title, {
    ask: (request) => <Ask request={request} />,
    author: ({ author_name }) => author_name ?? NONE,
    at: ({ at }) => <Moment at={at} />,
    ruling: (request) => <Ruling request={request} />,
  });
}

function Ask({ request }: { request: RequestView }) {
  const { closeKind } = useWords(kindWords);
  const { language } = useLanguage();
  const particulars = showAsk(request.ask, language);
  const [asked] = askedOutcomes([{ ...request, ruling: "pending" }]);
  return (
    <div>
      <EventName event={request.event} zh={request.event_zh} />
      {asked && (
        <div className="small">
          {wordFor(closeKind, asked.outcome)} {asked.feedback}
        </div>
      )}
      {particulars && <div className="small">{particulars}</div>}
    </div>
  );
}

const rulingTone: Record<string, typeof tones.amber> = { accepted: tones.green, refused: tones.red };

function Ruling({ request: { ruling, ruled_at, reason_zh } }: { request: RequestView }) {
  const words = useWords(requestWords);
  return (
    <div>
      <span className="row">
        <Mark tone={rulingTone[ruling] ?? tones.amber}>{wordFor(words.ruling, ruling)}</Mark>
        {ruled_at && (
          <span className="soft small">
            <Moment at={ruled_at} />
          </span>
        )}
      </span>
      {reason_zh && (
        <div className="small" lang="zh-CN">
          {reason_zh}
        </div>
      )}
    </div>
  );
}
