/* The page that checks a receipt in the reader's own browser: gets the receipt, asks verify.js, shows each step.
 *
 * Nothing that the reader pastes is sent anywhere. The keys to compare with come from this site, which is why the page
 * says below the result what a reader has to compare elsewhere.
 */
import { verifyReceipt } from "./verify.js";

const page = (id) => document.getElementById(id);
const words = Object.fromEntries(
  [...page("words").children].map((one) => [one.dataset.id, one.textContent.trim()]),
);
/* What verify.js says of a step, as the page says it; whatever is not here stands as it is, in English. */
const SAID = [
  [/^entry (\d+) of (\d+)$/, "said-path"],
  [/^(\d+) entries, signed at (\S+)$/, "said-head"],
  [/^(\S+), (\S+), recorded at (\S+)$/, "said-entry"],
  [/^(\S+); compared with the published keys$/, "said-key"],
];
const LONGEST_BYTES = 2 ** 20;

async function publishedKeys() {
  try {
    const answer = await fetch(page("own").dataset.keys);
    const { keys } = await answer.json();
    return keys.map((key) => key.public_key);
  } catch {
    return undefined;
  }
}

function mark(ok) {
  const tag = document.createElement("span");
  tag.className = `amur-tag amur-tag--${ok === null ? "ask" : ok ? "yes" : "no"}`;
  tag.textContent = words[ok === null ? "open" : ok ? "yes" : "no"];
  return tag;
}

function say(detail) {
  const [pattern, id] = SAID.find(([one]) => one.test(detail)) ?? [];
  if (!pattern || !words[id]) return { text: detail, lang: "en" };
  const found = detail.match(pattern);
  return { text: words[id].replace(/\{(\d)\}/g, (_, place) => found[place]), lang: "" };
}

function line({ id, ok, detail }) {
  const item = document.createElement("li");
  if (ok !== true) item.className = ok === null ? "is-next" : "is-refused";
  const title = document.createElement("h3");
  title.append(words[id] ?? id, " ", mark(ok));
  item.append(title);
  if (detail === "it holds") return item;
  const { text, lang } = say(detail);
  const said = document.createElement("p");
  said.className = "amur-code amur-break";
  if (lang) said.lang = lang;
  said.textContent = text;
  item.append(said);
  return item;
}

function show({ steps, ok, complete }) {
  const verdict = page("verdict");
  verdict.className = `amur-notice${ok && complete ? " amur-notice--done" : ok ? "" : " amur-notice--refused"}`;
  const failed = steps.some((step) => step.ok === false);
  verdict.textContent = words[ok && complete ? "holds" : failed ? "fails" : "partly"];
  page("steps").replaceChildren(...steps.map(line));
  page("key").textContent = steps.find((step) => step.id === "key")?.detail.split(";")[0] ?? "";
  page("result").hidden = false;
  page("result").focus();
}

async function check(text) {
  let receipt;
  page("receipt-error").textContent = "";
  try {
    receipt = JSON.parse(text);
    if (receipt === null || typeof receipt !== "object") throw new TypeError("no object");
  } catch {
    page("receipt-error").textContent = words.unreadable;
    page("receipt").focus();
    return;
  }
  show(await verifyReceipt(receipt, { trustedKeys: await publishedKeys() }));
}

async function checkFile(file) {
  if (!file) return;
  if (file.size > LONGEST_BYTES) {
    page("receipt-error").textContent = words.unreadable;
    return;
  }
  page("receipt").value = await file.text();
  await check(page("receipt").value);
}

async function checkFound(button) {
  try {
    const answer = await fetch(button.dataset.receipt);
    if (!answer.ok) throw new Error(answer.statusText);
    page("receipt").value = JSON.stringify(await answer.json(), null, 1);
  } catch {
    page("receipt-error").textContent = words.unreachable;
    page("own").scrollIntoView();
    return;
  }
  await check(page("receipt").value);
}

const drop = page("drop");
page("own").hidden = false;
page("check").addEventListener("click", () => check(page("receipt").value));
page("file").addEventListener("change", (event) => checkFile(event.target.files[0]));
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("is-over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("is-over");
  checkFile(event.dataTransfer.files[0]);
});
for (const button of document.querySelectorAll("[data-receipt]")) {
  button.hidden = false;
  button.addEventListener("click", () => checkFound(button));
}
