/** The worst that can happen here, on every page: a danger that has not reached the police, for which they have not signed, or of which nobody has told them. */

import { Alert } from "antd";
import { Link } from "react-router";
import { useBacklog, useDangerCalls, useOpenDangers } from "@/api/queries";
import { useUser } from "@/app/session";
import { mayCall } from "@/lib/rights";
import { showMinute } from "@/lib/time";
import { useWords } from "@/locales/words";
import { componentWords } from "./words";

export function PoliceAlarm() {
  return (
    <>
      <UncalledDangers />
      <UndeliveredOrders />
      <UntoldDangers />
    </>
  );
}

function UncalledDangers() {
  const { alarm: words } = useWords(componentWords);
  const { data } = useDangerCalls(mayCall(useUser(), "list_danger_calls"));
  const since = data?.[0]?.received_at;
  if (!data || since === undefined) return null;
  return (
    <Alarm title={words.uncalled(data.length, showMinute(since))} to="/danger-calls" link={words.toCalls} />
  );
}

function UntoldDangers() {
  const { alarm: words } = useWords(componentWords);
  const { data } = useOpenDangers(mayCall(useUser(), "list_open_dangers"));
  const since = data?.items[0]?.received_at;
  if (!data || since === undefined) return null;
  return (
    <Alarm title={words.untold(data.count, showMinute(since))} to="/quarantine" link={words.toDangers} />
  );
}

function UndeliveredOrders() {
  const { alarm: words } = useWords(componentWords);
  const { data } = useBacklog(mayCall(useUser(), "list_backlog"));
  const alarming = (data ?? []).filter(({ is_alarming }) => is_alarming);
  const since = alarming.map(({ oldest_at }) => oldest_at).sort()[0];
  if (since === undefined) return null;
  const count = alarming.reduce((sum, { waiting }) => sum + waiting, 0);
  return <Alarm title={words.undelivered(count, showMinute(since))} to="/outbox" link={words.toBacklog} />;
}

function Alarm({ title, to, link }: { title: string; to: string; link: string }) {
  return (
    <Alert type="error" banner showIcon role="alert" title={title} action={<Link to={to}>{link}</Link>} />
  );
}
