"use strict";
/* The page works without this: it begins in the language of the browser, and looks for rules by what is typed. */
(function () {
  var root = document.documentElement;
  var chinese = document.getElementById("zh");
  var english = document.getElementById("en");
  var asked = (navigator.languages || [navigator.language])[0] || "zh";

  function tell() {
    root.lang = english.checked ? "en" : "zh-Hans";
    document.title = document.querySelector("title").getAttribute(english.checked ? "data-en" : "data-zh");
  }

  if (!/^zh/i.test(asked)) {
    english.checked = true;
  }
  chinese.addEventListener("change", tell);
  english.addEventListener("change", tell);
  tell();

  var find = document.getElementById("find");
  if (!find) {
    return;
  }
  var rules = Array.prototype.slice.call(document.querySelectorAll(".rule"));
  var texts = rules.map(function (rule) {
    return rule.querySelector(".rule-about").textContent.toLowerCase();
  });

  function look() {
    var wanted = find.value.trim().toLowerCase();
    var left = 0;
    rules.forEach(function (rule, place) {
      var is_wanted = texts[place].indexOf(wanted) !== -1;
      rule.hidden = !is_wanted;
      left += is_wanted;
    });
    Array.prototype.forEach.call(document.querySelectorAll(".group"), function (group) {
      group.hidden = !group.querySelector(".rule:not([hidden])");
    });
    Array.prototype.forEach.call(document.querySelectorAll(".found"), function (one) {
      one.textContent = wanted ? left.toLocaleString("en") : "";
    });
    document.getElementById("found").hidden = !wanted;
  }

  document.getElementById("finding").hidden = false;
  find.addEventListener("input", look);
  look();
  Array.prototype.forEach.call(document.querySelectorAll(".cell[href]"), function (cell) {
    cell.addEventListener("click", function () {
      var rule = document.querySelector(cell.getAttribute("href"));
      Array.prototype.forEach.call(document.querySelectorAll(".show"), function (one) {
        one.checked = true;
      });
      find.value = cell.querySelector("code").textContent;
      look();
      rule.open = true;
    });
  });
})();
