/** What surrounds every page: the bar at the top with the live sign, the language and the person. */

import { LogoutOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, ConfigProvider, Layout } from "antd";
import { Link, NavLink, Outlet } from "react-router";
import { session } from "@/api/client";
import { LiveSign } from "@/components/LiveSign";
import { PoliceAlarm } from "@/components/PoliceAlarm";
import { mayCall } from "@/lib/rights";
import { kindWords } from "@/locales/kinds";
import { consoleTitle } from "@/locales/title";
import { useLanguage, useWords, wordFor } from "@/locales/words";
import { pages } from "@/pages";
import { useUser } from "./session";
import { darkBar } from "./theme";
import { appWords } from "./words";

export function Shell() {
  const words = useWords(appWords);
  return (
    <Layout style={{ minHeight: "100vh" }}>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <Layout.Header className="top">
        <Link to="/cases" className="brand">
          <img src="/mark.svg" alt="" />
          <span className="brand-name">{useWords(consoleTitle)}</span>
        </Link>
        <nav aria-label={words.nav}>
          <PageLinks />
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

function PageLinks() {
  const { language } = useLanguage();
  const user = useUser();
  return pages.map(
    ({ path, nav, operation }) =>
      nav &&
      (!operation || mayCall(user, operation)) && (
        <NavLink key={path} to={path}>
          {nav[language].title}
        </NavLink>
      ),
  );
}

function Tools() {
  const words = useWords(appWords);
  const user = useUser();
  const { role } = useWords(kindWords);
  return (
    <div className="top-tools">
      <LiveSign />
      <LanguageButton />
      {user && (
        <span className="who" title={words.user.menu}>
          <span>{user.display_name}</span>
          <span className="small">
            {wordFor(role, user.role)} · {user.org_name}
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
  const { language, setLanguage } = useLanguage();
  const words = useWords(appWords);
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
