// Draws every <div class="chart" data-chart="ID"> from the JSON script element ID: an ECharts option.
// Looks are the site's; the renderer is SVG, which prints. A tooltip's words are escaped here, so a
// project's name can hold no markup. In the JSON, "hatched": true on a value or a series is hatching:
// not known; "wan": true on the option prints numbers as 万元 with two decimals; "link" on a value opens it.
"use strict";
(function () {
  var COLOURS = ["#173f66", "#3d7ab5", "#7d5f10", "#6d5a7b", "#a63a32", "#4d7a6b", "#7f8b97"];
  var FONT = '"PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", sans-serif';
  var HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "#7d8a98" };

  function escaped(value) {
    return String(value).replace(/[&<>"']/g, function (one) { return "&#" + one.charCodeAt(0) + ";"; });
  }
  function wan(value) {
    var parts = Number(value).toFixed(2).split(".");
    return parts[0].replace(/\B(?=(\d{3})+$)/g, ",") + "." + parts[1];
  }
  function shown(value, option) {
    if (value === null || value === undefined || value === "-") { return "不知道"; }
    if (Array.isArray(value)) { return value.slice(0, 2).map(function (one) { return shown(one, option); }).join("，"); }
    return typeof value === "number" && option.wan ? wan(value) + " 万元" : escaped(value);
  }
  function tip(option) {
    return function (given) {
      var rows = Array.isArray(given) ? given : [given];
      var head = rows[0].axisValueLabel || rows[0].name || "";
      return "<b>" + escaped(head) + "</b>" + rows.filter(function (row) {
        return row.seriesName !== "_";
      }).map(function (row) {
        var words = row.data && row.data.words;
        var name = /^series\d/.test(row.seriesName || "") ? "" : escaped(row.seriesName || "") + "：";
        return "<br>" + (words ? escaped(words) : name + shown(row.value, option));
      }).join("");
    };
  }
  function hatch(thing) {
    if (!thing || !thing.hatched) { return; }
    thing.itemStyle = Object.assign({ color: "#fff", borderColor: "#7d8a98", borderType: "dashed", decal: HATCH }, thing.itemStyle);
  }
  // The drawing has a view box, so that paper can scale it to its own width.
  function scaled(place) {
    var svg = place.querySelector("svg");
    if (svg) { svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height")); }
  }
  function draw(place) {
    var source = document.getElementById(place.dataset.chart);
    if (!source || place.dataset.drawn) { return; }
    place.dataset.drawn = "1";
    var option = JSON.parse(source.textContent);
    var series = [].concat(option.series || []);
    series.forEach(function (one) {
      hatch(one);
      if (Array.isArray(one.data)) { one.data.forEach(hatch); }
    });
    option.aria = { enabled: true, decal: { show: false } };
    option.animation = false;
    option.color = option.color || COLOURS;
    option.textStyle = Object.assign({ fontFamily: FONT, color: "#1d2733" }, option.textStyle);
    if (option.legend) { option.legend = Object.assign({ top: 0, right: 8, itemWidth: 18, itemHeight: 12, itemGap: 14 }, option.legend); }
    if (option.xAxis && !option.grid) { option.grid = { left: 8, right: [].concat(option.xAxis)[0].name ? 64 : 16, top: 36, bottom: 8, containLabel: true }; }
    option.tooltip = Object.assign({ trigger: "item", confine: true }, option.tooltip, { formatter: tip(option) });
    if (option.wan) {
      ["xAxis", "yAxis"].forEach(function (name) {
        [].concat(option[name] || []).forEach(function (axis) {
          if (axis.type === "value") { axis.axisLabel = Object.assign({ formatter: function (value) { return wan(value).replace(/\.00$/, ""); } }, axis.axisLabel); }
        });
      });
      series.forEach(function (one) {
        if (one.label && one.label.show && !one.label.formatter) {
          one.label.formatter = function (row) { return row.data && row.data.words ? row.data.words : typeof row.value === "number" ? wan(row.value) : ""; };
        }
      });
    }
    var chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption(option);
    scaled(place);
    chart.on("click", function (given) {
      var link = given.data && given.data.link;
      if (typeof link === "string" && /^[/?#](?!\/)/.test(link)) { window.location.assign(link); }
    });
    window.addEventListener("resize", function () { chart.resize(); scaled(place); });
  }
  function all() { Array.prototype.forEach.call(document.querySelectorAll(".chart[data-chart]"), draw); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", all); } else { all(); }
  document.addEventListener("htmx:load", all);
})();
