// What every map of ours has in common: drawn by MapLibre from our own shapes, with our own colours and buttons.
// The library is asked for when the page stands and the map comes into view; a page without it says the same in tables.
"use strict";

window.amurMaps = (() => {
  const tokens = getComputedStyle(document.documentElement);
  const token = (name) => tokens.getPropertyValue(`--amur-${name}`).trim();
  const between = document.documentElement.lang.startsWith("zh") ? "　" : " · ";
  const none = { type: "FeatureCollection", features: [] };
  const near = 6;
  let asked = null;

  function load(address) {
    return fetch(address).then((got) => (got.ok ? got.json() : Promise.reject(new Error(got.status))));
  }

  function library(said) {
    asked ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = said.library;
      script.onload = () => {
        window.maplibregl.setWorkerUrl(said.worker);
        done(window.maplibregl);
      };
      script.onerror = failed;
      document.head.append(script);
    });
    return asked;
  }

  function seen(figure) {
    const standing = new Promise((done) => {
      if (document.readyState === "complete") done();
      else window.addEventListener("load", done);
    });
    const visible = new Promise((done) => {
      const watch = new IntersectionObserver((entries) => {
        if (entries.some((one) => one.isIntersecting)) {
          watch.disconnect();
          done();
        }
      }, { rootMargin: "300px" });
      watch.observe(figure);
    });
    return Promise.all([standing, visible]);
  }

  async function mapIn(maplibre, container, said, view) {
    const map = new maplibre.Map({
      container,
      style: { version: 8, sources: {}, layers: [] },
      ...view,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      touchPitch: false,
      maxPitch: 0,
      maxZoom: 14,
      renderWorldCopies: false,
      fadeDuration: 0,
      locale: {
        "Map.Title": said.wordsMap,
        "CooperativeGesturesHandler.WindowsHelpText": said.wordsWheel,
        "CooperativeGesturesHandler.MacHelpText": said.wordsMac,
        "CooperativeGesturesHandler.MobileHelpText": said.wordsTouch,
      },
    });
    map.touchZoomRotate.disableRotation();
    map.on("error", ({ error }) => console.warn(error && error.message));
    await new Promise((done) => map.once("load", done));
    return map;
  }

  const still = () => ({ animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });

  function tools(frame, map, all) {
    const buttons = frame.querySelector(".amur-map__tools");
    buttons.hidden = false;
    buttons.addEventListener("click", (event) => {
      const zoom = event.target.closest("button")?.dataset.zoom;
      if (zoom === "in") map.zoomIn(still());
      if (zoom === "out") map.zoomOut(still());
      if (zoom === "all") map.fitBounds(all(), { padding: 16, ...still() });
    });
  }

  function pointAt(map, point, layers) {
    const around = [[point.x - near, point.y - near], [point.x + near, point.y + near]];
    const far = ({ geometry }) => {
      const at = map.project(geometry.coordinates);
      return Math.hypot(at.x - point.x, at.y - point.y);
    };
    const hit = map.queryRenderedFeatures(around, { layers });
    return hit.length ? hit.reduce((one, other) => (far(other) < far(one) ? other : one)) : null;
  }

  const ground = (colour) => ({ id: "ground", type: "background", paint: { "background-color": token(colour) } });
  const borders = (source) => ({ id: "borders", type: "line", source, paint: { "line-color": token("line-strong"), "line-width": 0.7 } });
  const ring = () => ({ "circle-radius": 13, "circle-opacity": 0, "circle-stroke-width": 3, "circle-stroke-color": token("ink") });

  return { between, borders, ground, library, load, mapIn, none, pointAt, ring, seen, still, token, tools };
})();
