/** The shell: which view the address names, who is logged in, and the state of the databases on every view. */

import * as agents from "./agents.js";
import { currentUser, isLoggedIn, logOut, onSessionEnd } from "./api.js";
import * as conversation from "./conversation.js";
import { h, setAttribute, setText } from "./dom.js";
import { health, onHealth, watchHealth } from "./health.js";
import { current } from "./links.js";
import * as login from "./login.js";
import * as search from "./search.js";
import { stateIcon, summary } from "./states.js";
import * as topology from "./topology.js";

const VIEWS = { topology, search, agents, conversation, login };
const TABS = [
  ["topology", "Topology"],
  ["search", "Search"],
  ["agents", "Agents"],
];
const START = "#/topology";

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const sessionArea = document.getElementById("session");

const chip = h("a", { class: "chip", href: "#/topology", hidden: true });

let dispose = () => {};
let leave = new AbortController();
let wanted = START;
let reason = null;
let name = null;

function show() {
  const { parts, query } = current();
  const asked = VIEWS[parts[0]] ? parts[0] : "topology";
  if (isLoggedIn() && asked === "login") {
    location.replace(START);
    return;
  }
  if (!allowed(asked)) {
    wanted = location.hash || START;
    location.replace("#/login");
    return;
  }
  leave.abort();
  leave = new AbortController();
  dispose();
  name = asked;
  main.replaceChildren();
  main.dataset.view = name;
  const context = { parts, query, signal: leave.signal, reason, done: enter };
  dispose = VIEWS[name].mount(main, context) ?? (() => {});
  showShell();
  showTitle();
  if (name !== "login") {
    main.querySelector("h1")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

/** The topology is open to whoever the server shows it to; the first visit starts at the log-in all the same. */
function allowed(view) {
  const open = view === "login" || (view === "topology" && location.hash !== "" && !health.refused);
  return isLoggedIn() || open;
}

function enter() {
  reason = null;
  watchHealth();
  const target = wanted;
  wanted = START;
  location.hash = target;
}

function showShell() {
  const active = name === "conversation" ? "agents" : name;
  const tabs = isLoggedIn() ? TABS : [];
  nav.replaceChildren(
    ...tabs.map(([view, label]) => h("a", { href: `#/${view}`, "aria-current": view === active ? "page" : null }, label)),
  );
  showChip();
  const user = currentUser();
  sessionArea.replaceChildren(
    chip,
    ...(user ? [h("span", { class: "user", title: user.roles.join(", ") }, user.name)] : []),
    ...(user ? [h("button", { type: "button", class: "quiet", onclick: logOut }, "Log out")] : []),
    ...(!user && name !== "login" ? [h("a", { class: "button", href: "#/login" }, "Log in")] : []),
  );
}

function showChip() {
  const lost = health.failingSince !== null;
  chip.hidden = name === "login" || (!health.picture && !lost);
  if (chip.hidden) {
    return;
  }
  const { kind, text } = lost ? { kind: "bad", text: "Unreachable" } : summary(health.picture);
  setAttribute(chip, "data-kind", kind);
  if (chip.dataset.shown !== text) {
    chip.dataset.shown = text;
    chip.replaceChildren(stateIcon(kind), h("span", {}, text));
  }
}

/** Trouble shows in the title too: an operator's tab is often behind others. */
function showTitle() {
  const lost = health.failingSince !== null;
  const state = lost ? { kind: "bad", text: "Unreachable" } : health.picture && summary(health.picture);
  const trouble = state && state.kind !== "ok" ? `⚠ ${state.text} · ` : "";
  const wantedTitle = `${trouble}${VIEWS[name]?.title ?? ""} · Holdfast`;
  if (document.title !== wantedTitle) {
    setText(document.querySelector("title"), wantedTitle);
  }
}

onSessionEnd((expired) => {
  reason = expired ? "Your session has ended. Log in again to go on." : null;
  wanted = expired ? location.hash : START;
  location.hash = "#/login";
});

window.addEventListener("hashchange", show);
onHealth(() => {
  if (!isLoggedIn() && name === "topology" && health.refused) {
    show();
  }
  showChip();
  showTitle();
});
show();
watchHealth();
