/** What surrounds every page: the bar at the top with the live sign, the language and the person. */

import { LogoutOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, ConfigProvider, Layout } from "antd";
import { Link, NavLink, Outlet } from "react-router";
import { session } from "@/api/client";
import { LiveSign } from "@/components/LiveSign";
import { PoliceAlarm } from "@/components/PoliceAlarm";
import { mayCall } from "@/lib/rights";
import { useLanguage, wordFor } from "@/locales/words";
import { useUser } from "./session";
import { darkBar } from "./theme";

export function Shell() {
  const { words } = useLanguage();
  const user = useUser();
  return (
    <Layout style={{ minHeight: "100vh" }}>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <Layout.Header className="top">
        <Link to="/cases" className="brand">
          <img src="/mark.svg" alt="" />
          <span className="brand-name">
            {words.product} · {words.console}
          </span>
        </Link>
        <nav aria-label={words.nav.label}>
          <NavLink to="/cases">{words.nav.cases}</NavLink>
          {mayCall(user, "list_outbox") && <NavLink to="/outbox">{words.nav.outbox}</NavLink>}
          {mayCall(user, "list_quarantine") && <NavLink to="/quarantine">{words.nav.quarantine}</NavLink>}
        </nav>
        <ConfigProvider theme={darkBar}>
          <Tools />
        </ConfigProvider>
      </Layout.Header>
      <main id="content" tabIndex={-1} style={{ outline: "none" }}>
        <PoliceAlarm />
        <Outlet />
      </main>
    </Layout>
  );
}

function Tools() {
  const { words } = useLanguage();
  const user = useUser();
  return (
    <div className="top-tools">
      <LiveSign />
      <LanguageButton />
      {user && (
        <span className="who" title={words.user.menu}>
          <span>{user.display_name}</span>
          <span className="small">
            {wordFor(words.role, user.role)} · {user.org_name}
          </span>
        </span>
      )}
      <Button type="text" icon={<LogoutOutlined />} onClick={() => void session.signOut("signed-out")}>
        {words.user.signOut}
      </Button>
    </div>
  );
}

/** Switches between Chinese and English. */
export function LanguageButton() {
  const { language, setLanguage, words } = useLanguage();
  return (
    <Button
      type="text"
      icon={<TranslationOutlined />}
      aria-label={words.language.otherLabel}
      lang={language === "en" ? "zh-CN" : "en"}
      onClick={() => setLanguage(language === "en" ? "zh-CN" : "en")}
    >
      {words.language.other}
    </Button>
  );
}
