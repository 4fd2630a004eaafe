/**
 * The one way to the server: tokens, deadlines, and every failure as a {@link Problem}.
 */

const SESSION = "holdfast.session";
/** Renewed in the last fifth of its life, so that a request in flight does not meet the end of its token. */
const TOKEN_LIFE_USED = 0.8;
const DEADLINE_MILLIS = 15_000;

let session = readSession();
let refreshing = null;
let endSession = () => {};

/** Token of this tab's last write: reads that carry it see that write, whichever node answers. */
let consistencyToken = null;

export class Problem extends Error {
  constructor({ status = 0, title, detail, category = "unknown", retryable = false }) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.category = category;
    this.retryable = retryable;
  }
}

export const isLoggedIn = () => session !== null;
export const currentUser = () => session?.user ?? null;

export function hasRole(...roles) {
  return (session?.user?.roles ?? []).some((role) => roles.includes(String(role).toLowerCase()));
}

/** `listener(expired)` runs when the session ends, whoever ended it. */
export function onSessionEnd(listener) {
  endSession = listener;
}

export async function logIn(username, password) {
  const { data } = await send("POST", "/api/auth/login", { body: { username, password } });
  keep(data, { name: username, roles: [] });
  // The name and roles only decide what is offered; a server that cannot tell them must not stop the log-in.
  await loadUser(username).catch(() => {});
}

async function loadUser(username) {
  const { data } = await request("GET", "/api/auth/me");
  const roles = data?.roles ?? data?.groups ?? (data?.role ? [data.role] : []);
  session.user = {
    name: data?.username ?? data?.name ?? data?.user ?? username,
    roles: Array.isArray(roles) ? roles : [roles],
  };
  storeSession();
}

export async function logOut() {
  const old = session;
  forget(false);
  if (old) {
    const options = { body: { refreshToken: old.refreshToken }, token: old.accessToken };
    // Here the session is gone either way; the server's copy ends by itself when its tokens expire.
    await send("POST", "/api/auth/logout", options).catch(() => {});
  }
}

export const get = (path, options) => request("GET", path, options);
export const post = (path, body, options) => request("POST", path, { ...options, body });

/** One page of a list: `{"items":[...],"next":cursor|null}`. */
export async function page(path, query, options) {
  const { data } = await get(path, { ...options, query });
  return { items: Array.isArray(data?.items) ? data.items : [], next: data?.next ?? null };
}

/** Sends with the session's token. A token that ran out is renewed once before anybody is asked to log in again. */
export async function request(method, path, options = {}) {
  if (!session) {
    throw new Problem({ status: 401, title: "Not logged in", category: "permission" });
  }
  if (Date.now() > session.renewAt) {
    await refresh();
  }
  const used = session.accessToken;
  try {
    return await send(method, path, { ...options, token: used });
  } catch (problem) {
    if (problem.status !== 401 || !session) {
      throw problem;
    }
    if (session.accessToken === used) {
      await refresh();
    }
    return send(method, path, { ...options, token: session.accessToken }).catch(leaveIfRefused);
  }
}

function leaveIfRefused(problem) {
  if (problem.status === 401) {
    forget(true);
  }
  throw problem;
}

/** Single flight: with rotating refresh tokens, a second refresh with the same token would end the session. */
function refresh() {
  refreshing ??= renew().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function renew() {
  const old = session;
  try {
    const { data } = await send("POST", "/api/auth/refresh", { body: { refreshToken: old.refreshToken } });
    if (session === old) {
      keep({ refreshToken: old.refreshToken, ...data }, old.user);
    }
  } catch (problem) {
    // Only a refusal ends the session. While no database answers, the person stays logged in and may try again.
    if ([400, 401, 403].includes(problem.status) && session === old) {
      forget(true);
      throw new Problem({ status: 401, title: "Your session has ended", category: "permission" });
    }
    throw problem;
  }
}

/** Sends as it is: no renewal, no redirect to the log-in. `accept` lists error statuses whose body is an answer. */
export async function send(method, path, options = {}) {
  const { query, body, token, signal, accept = [], headers = {}, deadlineMillis = DEADLINE_MILLIS } = options;
  const abort = new AbortController();
  const deadline = setTimeout(() => abort.abort("deadline"), deadlineMillis);
  const forward = () => abort.abort("left");
  signal?.addEventListener("abort", forward, { once: true });
  if (signal?.aborted) {
    forward();
  }
  const started = performance.now();
  try {
    const response = await fetch(address(path, query), {
      method,
      headers: { ...requestHeaders(method, token, body), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
      cache: "no-store",
      credentials: "omit",
    });
    const data = await readBody(response);
    if (!response.ok && !accept.includes(response.status)) {
      throw problemOf(response, data);
    }
    consistencyToken = response.headers.get("Holdfast-Token") ?? consistencyToken;
    return {
      status: response.status,
      data,
      node: response.headers.get("Holdfast-Node"),
      roundTripMillis: performance.now() - started,
    };
  } catch (error) {
    throw error instanceof Problem ? error : unreachable(abort.signal, deadlineMillis);
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", forward);
  }
}

function address(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") {
      parameters.set(key, value);
    }
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

function requestHeaders(method, token, body) {
  const headers = { Accept: "application/json, application/problem+json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  if (token) {
    headers.Authorization = `Bearer ${token}`;
    if (consistencyToken) {
      headers["Holdfast-Token"] = consistencyToken;
    }
  }
  return headers;
}

async function readBody(response) {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function problemOf(response, data) {
  const { status } = response;
  const category = data?.category ?? (status === 401 || status === 403 ? "permission" : "unknown");
  if (category === "in-doubt") {
    // The write behind the token is lost: repeating the token would refuse every read that follows.
    consistencyToken = null;
  }
  return new Problem({
    status,
    title: data?.title ?? `The server answered ${status}`,
    detail: data?.detail,
    category,
    retryable: data?.retryable ?? [429, 502, 503, 504].includes(status),
  });
}

function unreachable(signal, deadlineMillis) {
  if (signal.reason === "left") {
    return new Problem({ title: "No longer needed", category: "left" });
  }
  const detail =
    signal.reason === "deadline"
      ? `There was no answer within ${deadlineMillis / 1000} seconds.`
      : "The connection was refused or lost.";
  return new Problem({ title: "Unreachable", detail, category: "unreachable", retryable: true });
}

function keep(tokens, user) {
  if (!tokens?.accessToken) {
    throw new Problem({ title: "Unexpected answer", detail: "The server's answer holds no access token." });
  }
  session = {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? null,
    renewAt: Date.now() + (tokens.expiresIn ?? 300) * 1000 * TOKEN_LIFE_USED,
    user,
  };
  storeSession();
}

function forget(expired) {
  session = null;
  consistencyToken = null;
  sessionStorage.removeItem(SESSION);
  endSession(expired);
}

function storeSession() {
  sessionStorage.setItem(SESSION, JSON.stringify(session));
}

function readSession() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(SESSION));
    return stored?.accessToken ? stored : null;
  } catch {
    return null;
  }
}

/** A key for one intended write: sent again with the same key, the write still happens once. */
export function idempotencyKey() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
