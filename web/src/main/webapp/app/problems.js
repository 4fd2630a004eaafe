/** What went wrong, in words for the person in front of the page. */

import { h } from "./dom.js";

const SAID = {
  validation: "The request was not accepted",
  conflict: "Somebody else changed this first, or it exists already",
  deadlock: "Two changes got in each other's way; nothing was saved",
  connection: "What this request needs cannot be reached at the moment",
  timeout: "There was no answer in time",
  permission: "You are not allowed to do this",
  schema: "The database and the application do not fit together",
  "in-doubt": "It is not known whether a change was saved",
  unreachable: "The application cannot be reached",
};

function headline(problem) {
  if (problem.status === 404) {
    return "This does not exist, or no longer";
  }
  if (problem.status === 429) {
    return "Too many requests in a short time";
  }
  return SAID[problem.category] ?? problem.title ?? "Something went wrong";
}

/** @param retry runs when the person asks to try again; offered only where trying again can help */
export function problemNotice(problem, retry) {
  const title = headline(problem);
  const detail = problem.detail ?? (problem.title === title ? null : problem.title);
  const advice =
    problem.category === "in-doubt" ? "Look at the current state before you repeat the change." : null;
  const offered = retry && (problem.retryable || problem.category === "in-doubt");
  return h(
    "div",
    { class: "notice problem", role: "alert", "data-category": problem.category, "data-status": problem.status },
    h("div", {}, h("strong", {}, title), detail && h("p", {}, detail), advice && h("p", {}, advice)),
    offered && h("button", { type: "button", class: "quiet", onclick: retry }, "Try again"),
  );
}
