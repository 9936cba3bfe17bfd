// Which view the address asks for; the address is all the state that links carry.

const VIEWS = {
  overview: { title: "总览", draw: overviewView },
  departments: { title: DATA.head.department ? "单位" : "部门", draw: departmentsView, listed: MONEY_ASKED },
  projects: { title: "项目", draw: projectsView, listed: !PAGES && MONEY_ASKED },
  findings: { title: "疑点", draw: findingsView },
  cuts: { title: "审减", draw: cutsView, listed: MONEY_ASKED },
  plan: { title: "资金安排", draw: planView, listed: Boolean(PLAN) },
  unknown: { title: "材料不足", draw: unknownView },
  problems: { title: "数据问题", draw: problemsView, listed: DATA.problems.total > 0 },
  basis: { title: "依据", draw: basisView },
  measures: { title: "指标值", draw: measuresView, listed: MEASURES.length > 0 },
  sections: { title: "专题表", draw: sectionView, listed: SECTIONS.length > 0 },
  project: { draw: projectView, listed: false },
  rule: { draw: ruleView, listed: false },
  framework: { draw: frameworkView, listed: false },
};

function asked() {
  const [path, search] = location.hash.slice(1).split("?");
  const [name, part] = path.split("/");
  const query = {};
  for (const pair of (search || "").split("&").filter(Boolean)) {
    const [key, value] = pair.split("=");
    query[key] = decodeURIComponent(value || "");
  }
  return { name: Object.prototype.hasOwnProperty.call(VIEWS, name) ? name : "overview", part: decodeURIComponent(part || ""), query };
}

function missingView(says) {
  return panel("找不到", make("p", {}, says), make("p", {}, link(address("overview"), "回总览")));
}

function tabs(current) {
  const entry = (href, title, here) => make("li", {}, link(href, title, { "aria-current": here ? "page" : null }));
  const names = Object.keys(VIEWS).filter((name) => VIEWS[name].listed !== false);
  const more = FRAMEWORKS.filter((framework) => framework.rows.length);
  const whole = DATA.head.department ? entry("../审核报告.html", "全部部门", false) : null;
  return make("ul", {}, whole, names.map((name) => entry(address(name), VIEWS[name].title, current.name === name)),
    more.map((framework) => entry(address("framework", framework.name), framework.zh, current.name === "framework" && current.part === framework.name)));
}

function draw() {
  const current = asked();
  const main = document.getElementById("main");
  const bar = document.getElementById("tabs");
  main.textContent = "";
  bar.textContent = "";
  bar.append(tabs(current));
  main.append(VIEWS[current.name].draw(current.part, current.query));
  window.scrollTo(0, 0);
}

history.scrollRestoration = "manual";
document.getElementById("print").addEventListener("click", () => window.print());
window.addEventListener("beforeprint", () => document.querySelectorAll(".scroll").forEach((box) => box.forPaper()));
window.addEventListener("hashchange", () => { draw(); document.getElementById("main").focus({ preventScroll: true }); });
draw();
