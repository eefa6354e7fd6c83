// Draws the charts of an indicator from the open interface. Without it the tables say the same.
"use strict";

const chinese = document.documentElement.lang.startsWith("zh");
const tokens = getComputedStyle(document.documentElement);
const token = (name) => tokens.getPropertyValue(`--amur-${name}`).trim();
const say = (text) => (chinese ? text.zh : text.en);

const labelOf = (value) => value.labels.map(say).filter(Boolean).join(chinese ? "，" : ", ");

// A number that is not there is a gap in the line and no bar, never a nought.
const numberOf = (value) => (value.value === null ? null : Number(value.value));

function seriesOf(kind, found) {
  if (kind === "groups") {
    const groups = found.values.filter((value) => Object.keys(value.dimensions).length);
    return { type: "bar", names: groups.map(labelOf), numbers: groups.map(numberOf) };
  }
  return { type: "line", names: found.days.map((day) => day.taken_on), numbers: found.days.map(numberOf) };
}

function draw(element, kind, found) {
  const { type, names, numbers } = seriesOf(kind, found);
  // Bars lie, so that long names of groups can be read on a phone.
  const lying = type === "bar";
  const quiet = { color: token("ink-3"), fontFamily: getComputedStyle(document.body).fontFamily };
  const series = { type, data: numbers, barMaxWidth: 22, itemStyle: { color: token("river") }, connectNulls: false };
  if (found.target !== null) {
    const line = { color: token("ink"), type: "dashed" };
    const place = { [lying ? "xAxis" : "yAxis"]: Number(found.target) };
    series.markLine = { silent: true, symbol: "none", data: [place], lineStyle: line };
  }
  const axis = { lineStyle: { color: token("line-strong") } };
  const named = { type: "category", data: names, axisLabel: quiet, axisLine: axis };
  const counted = { type: "value", axisLabel: quiet, splitLine: { lineStyle: { color: token("line") } } };
  Object.assign(counted, { name: say(found.unit), nameTextStyle: quiet, nameLocation: "end" });
  element.hidden = false;
  if (lying) {
    element.style.height = `${60 + 44 * names.length}px`;
    Object.assign(named, { inverse: true, axisLabel: { ...quiet, interval: 0, width: 110, overflow: "truncate" } });
  }
  const chart = window.echarts.init(element, null, { renderer: "canvas" });
  chart.setOption({
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    grid: { left: 8, right: 56, top: 32, bottom: 8, containLabel: true },
    xAxis: lying ? counted : named,
    yAxis: lying ? named : counted,
    series: [series],
  });
  window.addEventListener("resize", () => chart.resize());
}

for (const element of document.querySelectorAll("[data-amur-chart]")) {
  fetch(element.dataset.amurSource)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((found) => draw(element, element.dataset.amurChart, found))
    .catch(() => {
      element.hidden = true;
    });
}
