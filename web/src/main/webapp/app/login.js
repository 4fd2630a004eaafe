/** The log-in, with the state of the databases beside it: while none answers, nobody can log in, and this says why. */

import { logIn } from "./api.js";
import { field, h } from "./dom.js";
import { health, onHealth } from "./health.js";
import { problemNotice } from "./problems.js";
import { stateIcon, summary } from "./states.js";

export const title = "Log in";

export function mount(container, { reason, done }) {
  const user = h("input", { type: "text", name: "username", required: true, autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const password = h("input", { type: "password", name: "password", required: true, autocomplete: "current-password" });
  const button = h("button", { type: "submit", class: "main" }, "Log in");
  const outcome = h("div", {});
  const submit = async (event) => {
    event?.preventDefault();
    button.disabled = true;
    outcome.replaceChildren();
    try {
      await logIn(user.value.trim(), password.value);
      done();
    } catch (problem) {
      outcome.replaceChildren(refusal(problem, submit));
      password.select();
    } finally {
      button.disabled = false;
    }
  };
  const state = h("p", { class: "login-state", hidden: true });
  container.append(
    h(
      "div",
      { class: "login" },
      h("h1", { tabindex: "-1" }, "Log in to Holdfast"),
      reason && h("p", { class: "muted" }, reason),
      h("form", { class: "panel", onsubmit: submit }, field("User name", user), field("Password", password), outcome, button),
      state,
    ),
  );
  user.focus();
  return onHealth(() => showState(state));
}

function refusal(problem, retry) {
  if (problem.status !== 401) {
    return problemNotice(problem, () => retry());
  }
  const text = "The user name or the password is wrong.";
  return h("div", { class: "notice problem", role: "alert", "data-status": 401 }, h("strong", {}, text));
}

function showState(element) {
  const known = health.picture !== null && health.failingSince === null;
  element.hidden = health.refused || (!known && health.problem === null);
  const { kind, text } = known ? summary(health.picture) : { kind: "bad", text: "The application cannot be reached" };
  if (element.dataset.shown === text) {
    return;
  }
  element.dataset.shown = text;
  element.replaceChildren(stateIcon(kind), text, " ", known ? h("a", { href: "#/topology" }, "Show the topology") : "");
}
