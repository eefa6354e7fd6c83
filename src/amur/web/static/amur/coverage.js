// Draws the map of coverage from our own shapes; without it the tables of the page say the same.
// What every map has in common stands in map.js.
"use strict";

const figure = document.querySelector("[data-amur-map]");
const said = figure.dataset;
const { between, borders, ground, library, load, mapIn, none, pointAt, ring, seen, token, tools } = window.amurMaps;
const scale = [1, 2, 3, 4, 5].map((step) => token(`scale-${step}`));
const SHARES = [0.5, 0.75, 0.9, 0.98];
const LEVELS = said.levels.split(",").map(Number);
const told = figure.querySelector("[data-told]");
const chosen = { definition: said.definition, measure: said.measure };

const isNumber = (property) => ["==", ["typeof", ["get", property]], "number"];
const steps = (property, limits) => ["step", ["get", property], scale[0], ...limits.flatMap((at, i) => [at, scale[i + 1]])];
const share = () => `${chosen.definition}:${chosen.measure}`;
const answer = () => ["get", `is:${chosen.definition}`];
const byAnswer = (yes, no, other) => ["match", answer(), "covered", yes, "not covered", no, other];

// Hatching means "not measured" everywhere; a picture of eight by eight points carries it onto the map.
function hatching() {
  const size = 16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = token("ink-3");
  pen.lineWidth = 1.4;
  for (const at of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(at, size);
    pen.lineTo(at + size, 0);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}

function layers() {
  const shapes = { source: "counties" };
  const found = [ground("sunk")];
  if (said.amurMap === "shares") {
    found.push({ id: "share", type: "fill", ...shapes });
    found.push({ id: "nothing", type: "fill", ...shapes, paint: { "fill-pattern": "hatching" } });
  } else {
    found.push({ id: "land", type: "fill", ...shapes, paint: { "fill-color": ["case", ["==", ["get", "code"], said.code || ""], token("paper"), token("sunk")] } });
    const cell = ["==", ["get", "kind"], "cell"];
    const known = { filter: ["all", cell, isNumber("dbm")], paint: { "fill-color": steps("dbm", LEVELS) } };
    found.push({ id: "cells", type: "fill", source: "places", ...known });
    const blank = { filter: ["all", cell, ["!", isNumber("dbm")]], paint: { "fill-pattern": "hatching" } };
    found.push({ id: "blank", type: "fill", source: "places", ...blank });
  }
  found.push(borders("counties"));
  const here = { filter: ["==", ["get", "code"], said.code || ""], paint: { "line-color": token("ink"), "line-width": 2.5 } };
  found.push({ id: "here", type: "line", ...shapes, ...here });
  if (said.amurMap !== "shares") {
    const village = ["==", ["get", "kind"], "village"];
    found.push({ id: "villages", type: "circle", source: "places", filter: village });
    const place = { filter: ["==", ["get", "id"], said.place || ""], paint: ring() };
    found.push({ id: "place", type: "circle", source: "places", ...place });
  }
  return found;
}

function colour(map) {
  delete said.ready;
  if (said.amurMap === "shares") {
    map.setFilter("share", isNumber(share()));
    map.setFilter("nothing", ["!", isNumber(share())]);
    map.setPaintProperty("share", "fill-color", steps(share(), SHARES));
  } else {
    const radius = ["interpolate", ["linear"], ["zoom"], 6, 3, 10, 7];
    map.setPaintProperty("villages", "circle-radius", radius);
    map.setPaintProperty("villages", "circle-color", byAnswer(token("pine"), token("paper"), token("sunk")));
    map.setPaintProperty("villages", "circle-stroke-width", byAnswer(1, 3, 1));
    const rings = byAnswer(token("paper"), token("cinnabar"), token("ink-3"));
    map.setPaintProperty("villages", "circle-stroke-color", rings);
  }
  map.once("idle", () => (said.ready = share()));
}

function tell(words, address) {
  told.textContent = words;
  if (address) {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = `${address}?${new URLSearchParams(chosen)}`;
    link.textContent = said.wordsOpen;
    told.append(between, link);
  }
}

const percent = (part) => (part === 0 || part === 1 ? part * 100 : Math.min(99.9, Math.max(0.1, part * 100)).toFixed(1));
const path = (id) => id.split("/").map(encodeURIComponent).join("/");

function tellOf(properties, map) {
  if (properties.kind === "village") {
    const label = figure.querySelector(`.amur-map__legend .${classOf(properties[`is:${chosen.definition}`])}`).textContent;
    tell(`${properties.name}${between}${label}`, `${said.placesAt}${path(properties.id)}/`);
  } else if (properties.kind === "cell") {
    tell(typeof properties.dbm === "number" ? `${String(properties.dbm).replace("-", "−")} ${said.wordsDbm}` : said.wordsUnknown);
  } else {
    mark(map, properties.code);
    const part = properties[share()];
    const words = typeof part === "number" ? `${percent(part)} %` : said.wordsNothing;
    tell(said.amurMap === "shares" ? `${properties.name}${between}${words}` : properties.name, `${said.countiesAt}${path(properties.code)}/`);
  }
}

const classOf = (one) => ({ covered: "is-covered", "not covered": "is-not" })[one] || "is-unknown";

function mark(map, code) {
  map.setFilter("here", ["==", ["get", "code"], code]);
  for (const row of document.querySelectorAll("[data-county]")) {
    row.classList.toggle("is-here", row.dataset.county === code && row !== figure);
  }
}

function listen(map, bounds) {
  const layersHit = said.amurMap === "shares" ? ["share", "nothing"] : ["villages", "cells", "blank", "land"];
  map.on("click", (event) => {
    const village = said.amurMap === "shares" ? null : pointAt(map, event.point, ["villages"]);
    const hit = village || map.queryRenderedFeatures(event.point, { layers: layersHit })[0];
    if (hit) tellOf(hit.properties, map);
  });
  tools(figure, map, () => bounds);
  const counties = document.getElementById("counties");
  for (const kind of ["mouseover", "focusin"]) {
    counties?.addEventListener(kind, (event) => {
      const row = event.target.closest("[data-county]");
      if (row) mark(map, row.dataset.county);
    });
  }
}

function places(data) {
  const place = data.features.find((one) => said.place && one.properties.id === said.place);
  return place ? { ...data, features: data.features.filter((one) => one.properties.kind !== "cell") } : data;
}

async function draw() {
  const wanted = [library(said), load(said.shapes), said.county ? load(said.county) : none];
  const [maplibre, counties, found] = await Promise.all(wanted);
  const [west, south, east, north] = said.bounds.split(",").map(Number);
  const bounds = [[west, south], [east, north]];
  const shown = places(found);
  const place = said.place && shown.features.find((one) => one.properties.id === said.place);
  const view = place ? { center: place.geometry.coordinates, zoom: 9 } : { bounds, fitBoundsOptions: { padding: 16 } };
  const map = await mapIn(maplibre, figure.querySelector(".amur-map__canvas"), said, view);
  map.addImage("hatching", hatching(), { pixelRatio: 2 });
  map.addSource("counties", { type: "geojson", data: counties });
  map.addSource("places", { type: "geojson", data: shown });
  for (const layer of layers()) map.addLayer(layer);
  colour(map);
  listen(map, bounds);
  figure.querySelector("[data-wait]").remove();
  if (place) mark(map, said.code || "");
  return map;
}

function begin() {
  return draw().catch((fault) => {
    console.warn(fault);
    figure.querySelector("[data-wait]").hidden = true;
    figure.querySelector("[data-failed]").hidden = false;
    return null;
  });
}

const drawn = seen(figure).then(begin);

// Another rule or measure colours the map at once; the table comes from the page that says the same without a script.
const form = document.querySelector("[data-amur-switch]");
if (form) {
  form.dataset.live = "";
  form.addEventListener("change", async () => {
    Object.assign(chosen, Object.fromEntries(new FormData(form)));
    drawn.then((map) => map && colour(map));
    const here = new URL(location.href);
    for (const [name, value] of Object.entries(chosen)) here.searchParams.set(name, value);
    here.hash = "";
    history.replaceState(null, "", here);
    const part = document.querySelector(".amur-coverage__counties");
    part.setAttribute("aria-busy", "true");
    const page = await fetch(here).then((got) => (got.ok ? got.text() : "")).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html").getElementById(part.id);
    if (new URLSearchParams(location.search).toString() !== here.searchParams.toString()) return;
    if (fresh) part.replaceChildren(...fresh.childNodes);
    part.removeAttribute("aria-busy");
  });
}
