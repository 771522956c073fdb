import { useEffect, useRef } from "react";

/** 等保 level 3 asks that an unattended session ends; half an hour is the usual setting of an office. */
const IDLE_MS = 30 * 60_000;
const CHECK_MS = 15_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Calls back once when nobody has touched the page for half an hour, also when the machine slept through it. */
export function useIdle(onIdle: () => void): void {
  const callback = useRef(onIdle);
  callback.current = onIdle;

  useEffect(() => {
    let seen = Date.now();
    const see = () => {
      seen = Date.now();
    };
    for (const sign of SIGNS) window.addEventListener(sign, see, { passive: true });
    const timer = setInterval(() => {
      if (Date.now() - seen < IDLE_MS) return;
      clearInterval(timer);
      callback.current();
    }, CHECK_MS);
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, see);
    };
  }, []);
}
