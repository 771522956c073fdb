/** Spans of time in words. */

import { split } from "@/lib/time";
import { dictionary } from "./dictionary";

/** Minutes as people say them, in the two largest units. */
export const span = dictionary({
  "zh-CN": (minutes: number): string => {
    const { days, hours, minutes: rest } = split(minutes);
    const words = [days && `${days} 天`, hours && `${hours} 小时`, rest && `${rest} 分钟`].filter(Boolean);
    return words.join(" ") || "不到 1 分钟";
  },
  en: (minutes) => {
    const { days, hours, minutes: rest } = split(minutes);
    const words = [days && `${days} d`, hours && `${hours} h`, rest && `${rest} min`].filter(Boolean);
    return words.join(" ") || "under 1 min";
  },
});
