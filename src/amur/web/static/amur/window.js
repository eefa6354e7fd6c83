// A slow line: what is handed in is sent until an answer comes, under one key, so that nothing is doubled or lost.
// It is kept in the memory of this page alone: no store of the browser ever holds what somebody handed in.
// Without this script the form sends itself, and the same form twice is one case all the same.
"use strict";

const PATIENCE = 8000;
const LONGEST_TRY = 60000;
const PAUSES = [1000, 2000, 5000, 10000, 30000];
const posts = [];

if (document.querySelector("[data-print]")) window.addEventListener("load", () => window.print());

const area = document.querySelector("[data-sending]");
const form = () => document.querySelector("form[data-window]");
const words = form()?.dataset;

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function ask(post) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST_TRY);
  try {
    const answer = await fetch(post.address, {
      method: "POST",
      body: post.body,
      headers: { "X-Amur-Window": "1" },
      redirect: "manual",
      signal: stop.signal,
    });
    if (answer.ok) return { state: "done", ...(await answer.json()) };
    if (answer.status === 422) return { state: "wrong", page: await answer.text() };
    return { state: answer.status >= 500 ? "waiting" : "refused" };
  } catch {
    return { state: "waiting" };
  } finally {
    clearTimeout(timer);
  }
}

// Signing in again gives another token; the page is asked for it before what was refused is tried again.
async function renew(post) {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(post.address)).text(), "text/html");
    const token = page.querySelector("form[data-window] [name=csrfmiddlewaretoken]");
    if (token) post.body.set("csrfmiddlewaretoken", token.value);
  } catch { /* it stays as it is, and is tried with what there is */ }
}

async function send(post) {
  if (post.busy) return;
  post.busy = true;
  clearTimeout(post.timer);
  show(post, "going");
  Object.assign(post, await ask(post), { busy: false });
  if (post.state === "waiting") {
    post.timer = setTimeout(() => send(post), PAUSES[Math.min(post.tries, PAUSES.length - 1)]);
    post.tries += 1;
  }
  show(post, post.state);
}

function button(text, work) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "amur-linkbutton";
  made.textContent = text;
  made.addEventListener("click", work);
  return made;
}

function show(post, state) {
  if (!post.line) return;
  const label = document.createElement("span");
  label.textContent = `${words.name} ${post.at} – ${words[state]} `;
  post.line.dataset.state = state;
  post.line.replaceChildren(label);
  if (state === "done") {
    const link = document.createElement("a");
    link.className = "govuk-link amur-code";
    link.href = post.to;
    link.target = "_blank";
    link.textContent = post.number;
    post.line.append(link);
  }
  if (state === "refused") post.line.append(button(words.again, async () => { await renew(post); send(post); }));
  if (state === "wrong") post.line.append(button(words.back, () => putBack(post)));
}

function queue(post) {
  post.line = document.createElement("li");
  area.querySelector("ol").append(post.line);
  area.hidden = false;
  show(post, post.busy ? "going" : post.state);
}

function boxes() {
  return [...form().elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");
}

function isTouched() {
  return boxes().some((one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : one.value));
}

// The next person stands there: nothing of the last one stays in the form.
function clear() {
  for (const one of boxes()) {
    if (one.type === "checkbox" || one.type === "radio") one.checked = false;
    else one.value = "";
  }
  form().elements.form.value = newKey();
  for (const old of document.querySelectorAll(".govuk-error-summary, .govuk-error-message, .amur-files")) old.remove();
  boxes()[0].focus();
}

function replaceBy(page) {
  const found = new DOMParser().parseFromString(page, "text/html");
  document.querySelector(".govuk-error-summary")?.remove();
  form().replaceWith(found.querySelector("form[data-window]"));
  const summary = found.querySelector(".govuk-error-summary");
  if (summary) {
    document.querySelector("h1").before(summary);
    summary.focus();
  }
}

function putBack(post) {
  if (isTouched()) {
    form().querySelector("[type=submit][accesskey]").focus();
    return;
  }
  posts.splice(posts.indexOf(post), 1);
  post.line.remove();
  area.hidden = posts.length === 0;
  replaceBy(post.page);
}

async function handIn() {
  const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const post = { address: form().action, body: new FormData(form()), at, tries: 0, state: "going" };
  posts.push(post);
  const buttons = form().querySelectorAll("button");
  buttons.forEach((one) => { one.disabled = true; });
  await Promise.race([send(post), new Promise((done) => { setTimeout(done, PATIENCE); })]);
  buttons.forEach((one) => { one.disabled = false; });
  const others = posts.some((one) => one !== post && one.state !== "done");
  if (post.state === "done" && !post.busy && !others) {
    posts.length = 0;
    location.assign(post.to);
    return;
  }
  if (post.state === "wrong" && !post.busy) {
    posts.splice(posts.indexOf(post), 1);
    replaceBy(post.page);
    return;
  }
  queue(post);
  clear();
}

if (form()) {
  document.addEventListener("submit", (event) => {
    if (event.target !== form() || event.submitter?.name) return;
    event.preventDefault();
    handIn();
  });
  window.addEventListener("online", () => {
    for (const one of posts) if (one.state === "waiting") send(one);
  });
  window.addEventListener("beforeunload", (event) => {
    if (posts.some((one) => one.state !== "done")) event.preventDefault();
  });
}
