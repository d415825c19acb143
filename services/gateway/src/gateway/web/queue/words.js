/** What is said of the queue. */

/** @import { Job, Kind } from "../client/types.js" */

/** @type {Record<Kind, {title: string, one: string}>} */
export const KINDS = { portrait: { title: "Portraits", one: "portrait" }, video: { title: "Clips", one: "clip" } };

/** @type {Record<string, string>} */
const STAGES = {
  submitting: "being handed over",
  provider_starting: "the renderer warms up",
  storing: "being saved",
  throttled: "waits its turn at the renderer",
  canceling: "being canceled",
};

/** Where a job stands; `place` is its place in the line. @param {Job} job @param {number} [place] */
export function standing({ status, stage, progress }, place) {
  if (status === "starting") return place ? `waiting, number ${place}` : "waiting";
  if (status !== "processing") return status;
  const known = stage && STAGES[stage];
  return known ?? (progress === null ? "being made" : `being made, ${Math.round(progress)} %`);
}

/** A job in one line. @param {Job} job @param {{place?: number, isMine: boolean}} more */
export function describe(job, { place, isMine }) {
  const who = `${job.characterName ?? "Somebody"}, ${KINDS[job.kind].one}${isMine ? " (yours)" : ""}`;
  return `${who}: ${standing(job, place)}${job.detail ? `. ${job.detail}` : ""}`;
}

/** @param {string | null} name */
export function initials(name) {
  const words = (name ?? "").split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words[words.length - 1] : ""].map((word) => [...(word ?? "")][0] ?? "").join("");
}

/** Seconds in words; "–" while nobody knows. @param {number | null} seconds */
export function duration(seconds) {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  if (whole < 1) return "under 1 s";
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const GROUPED = new Intl.NumberFormat("en");

/** 1,000. @param {number} number */
export function grouped(number) {
  return GROUPED.format(number);
}
