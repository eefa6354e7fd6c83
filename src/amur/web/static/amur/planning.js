// The budget slider on the frontier, and the progress of a study. Without it the same is reached by links:
// each budget of the table leads to its plan, and "Look again" loads the page.
"use strict";

const chinese = document.documentElement.lang.startsWith("zh");
const tokens = getComputedStyle(document.documentElement);
const token = (name) => tokens.getPropertyValue(`--amur-${name}`).trim();
const short = new Intl.NumberFormat(chinese ? "zh-CN" : "en-GB", { notation: "compact", maximumFractionDigits: 1 });
const PARTS = ["plan-figures", "plan-sites"];
const LOOK_AGAIN = 3000;

// ---------- one part of a page for another, so that nothing else moves ----------

async function pageAt(address, signal) {
  const answer = await fetch(address, { signal, headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function put(page, ids) {
  for (const id of ids) {
    const ours = document.getElementById(id);
    const theirs = page.getElementById(id);
    if (ours && theirs) ours.replaceWith(document.adoptNode(theirs));
  }
}

// ---------- the frontier ----------

function frontier(table) {
  const rows = [...table.querySelectorAll("tr[data-plan]")];
  const plans = rows.map((row) => ({
    row,
    link: row.querySelector("a"),
    number: row.dataset.plan,
    budget: Number(row.dataset.budget),
    newly: Number(row.dataset.newly),
    label: row.dataset.label,
    said: row.dataset.said,
  }));
  const slider = document.querySelector("[data-slider]");
  const range = slider.querySelector("input");
  const output = slider.querySelector("output");
  const live = document.querySelector("[data-live]");
  const chart = draw(document.querySelector("[data-frontier]"), plans, (at) => go(at));
  let here = Math.max(0, plans.findIndex((plan) => plan.row.classList.contains("is-chosen")));
  let stop = null;
  let timer = 0;

  function show(at) {
    here = at;
    const plan = plans[at];
    range.value = plan.budget;
    range.setAttribute("aria-valuetext", plan.label);
    output.textContent = plan.label;
    for (const one of plans) {
      one.row.classList.toggle("is-chosen", one === plan);
      if (one === plan) one.link.setAttribute("aria-current", "true");
      else one.link.removeAttribute("aria-current");
    }
    chart?.mark(at);
  }

  async function load() {
    const plan = plans[here];
    stop?.abort();
    stop = new AbortController();
    const parts = PARTS.map((id) => document.getElementById(id));
    for (const part of parts) part?.classList.add("is-loading");
    try {
      put(await pageAt(plan.link.href, stop.signal), PARTS);
      history.replaceState(null, "", plan.link.href);
      live.textContent = plan.said;
      document.dispatchEvent(new CustomEvent("amur:plan"));
    } catch (error) {
      if (error.name !== "AbortError") location.assign(plan.link.href);
    }
  }

  function go(at) {
    const wanted = Math.min(Math.max(at, 0), plans.length - 1);
    if (wanted !== here) {
      show(wanted);
      clearTimeout(timer);
      timer = setTimeout(load, 120);
    }
  }

  function nearest(budget) {
    const far = plans.map((plan) => Math.abs(plan.budget - budget));
    return far.indexOf(Math.min(...far));
  }

  const keys = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 3, PageDown: -3, Home: -1e6, End: 1e6 };
  range.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(here + keys[event.key]);
  });
  range.addEventListener("input", () => go(nearest(Number(range.value))));
  range.addEventListener("change", () => show(here));
  for (const [at, plan] of plans.entries()) {
    plan.link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(at);
    });
  }
  slider.hidden = false;
  show(here);
}

function draw(element, plans, chosen) {
  if (!element || !window.echarts) return null;
  element.hidden = false;
  const narrow = element.clientWidth < 500;
  const quiet = { color: token("ink-3"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: narrow ? 12 : 13 };
  const chart = window.echarts.init(element, null, { renderer: "canvas" });
  const points = plans.map((plan) => [plan.budget, plan.newly]);
  chart.setOption({
    animation: false,
    grid: { left: narrow ? 54 : 62, right: narrow ? 18 : 22, top: 34, bottom: 26 },
    tooltip: {
      trigger: "item",
      formatter: (at) => plans[at.dataIndex]?.said ?? "",
      confine: true,
      backgroundColor: token("paper"),
      borderColor: token("line-strong"),
      textStyle: { color: token("ink"), fontFamily: quiet.fontFamily, fontSize: 13 },
      extraCssText: "white-space: normal; max-width: 20rem",
    },
    xAxis: {
      type: "value",
      min: points[0][0],
      max: points[points.length - 1][0],
      splitNumber: narrow ? 3 : 5,
      axisLabel: { ...quiet, formatter: (value) => short.format(value), hideOverlap: true, showMaxLabel: false },
      splitLine: { show: false },
      axisLine: { show: true, lineStyle: { color: token("line-strong") } },
    },
    yAxis: {
      type: "value",
      name: element.dataset.unit,
      nameTextStyle: { ...quiet, align: "left", padding: [0, 0, 0, narrow ? -50 : -58] },
      min: 0,
      axisLabel: { ...quiet, formatter: (value) => short.format(value) },
      splitNumber: 4,
      splitLine: { lineStyle: { color: token("line") } },
    },
    series: [
      {
        type: "line",
        data: points,
        step: "end",
        symbol: "circle",
        symbolSize: 9,
        lineStyle: { color: token("river"), width: 2 },
        itemStyle: { color: token("paper"), borderColor: token("river"), borderWidth: 2 },
        areaStyle: { color: token("river-soft"), opacity: 0.55 },
      },
      {
        type: "scatter",
        data: [],
        symbolSize: 17,
        silent: true,
        z: 5,
        itemStyle: { color: token("river"), borderColor: token("paper"), borderWidth: 3 },
      },
    ],
  });
  chart.on("click", (at) => chosen(at.dataIndex));
  window.addEventListener("resize", () => chart.resize());
  return { mark: (at) => chart.setOption({ series: [{}, { data: [points[at]] }] }) };
}

const table = document.querySelector("[data-plans]");
if (table && table.querySelectorAll("tr[data-plan]").length > 1) frontier(table);

// ---------- progress: asked for again until there is a result ----------

function watch(area) {
  setTimeout(async () => {
    try {
      const page = await pageAt(location.href);
      const next = page.getElementById("study-running");
      if (!next) {
        location.reload();
        return;
      }
      area.replaceWith(document.adoptNode(next));
      watch(next);
    } catch {
      watch(area);
    }
  }, LOOK_AGAIN);
}

const running = document.getElementById("study-running");
if (running) watch(running);
