// The first page: one sentence, the figures, where the money went, what is to be decided,
// and how far all this may be believed. Printed it is four sheets of A4.

const DEPARTMENTS_SHOWN = 12;
const NAMED_ON_PAPER = 5;

function overviewView() {
  const summary = DATA.summary;
  const graded = FRAMEWORKS.find((framework) => framework.name === summary.framework && framework.grades.A);
  if (!MONEY_ASKED && EVALUATED.size) return evaluatedView(summary);
  return make("div", { class: "overview" },
    make("section", { class: "sheet" },
      make("p", { class: "sentence" }, summary.sentence),
      figureRow(summary),
      make("div", { class: "pair" },
        panel("钱到哪里去了（万元）", waterfall(summary), make("h3", {}, "核定的构成"), composition(summary), firstList(summary)),
        graded && graded.rows.length ? panel("必要性 × 重要性", plane(graded)) : filesPanel())),
    make("div", { class: "pair wide-left" },
      make("section", { class: "sheet" }, panel(DATA.head.department ? "各单位（万元）" : "各部门（万元）", departmentTable(DEPARTMENTS_SHOWN))),
      make("section", { class: "sheet" }, decisionPanel(summary.decisions))),
    make("section", { class: "sheet" }, trustPanel(summary)));
}

// A review in which no project asks for money: what was evaluated, and how it came out.
function evaluatedView(summary) {
  const held = FRAMEWORKS.filter((framework) => framework.rows.length);
  const count = sumOf(held, (framework) => framework.rows.length);
  return make("div", { class: "overview" },
    make("section", { class: "sheet" },
      make("p", { class: "sentence" }, DATA.head.year + " 年度：" + held.length + " 项评价，评了 " + grouped(count) + " 次。"),
      figureList([["评价", grouped(count), held.length + " 项", address("framework", held[0].name)], ...foundCards(summary)]),
      panel("各项评价", make("table", { class: "grades" }, make("thead", {}, make("tr", {}, ["评价", "对象", "个数", "结果"].map((word) => make("th", {}, word)))),
        make("tbody", {}, held.map((framework) => make("tr", {},
          make("td", { class: "name" }, link(address("framework", framework.name), framework.zh)), make("td", {}, framework.subject_zh),
          make("td", { class: "number" }, grouped(framework.rows.length)), make("td", {}, gradeCounts(framework)))))))),
    make("div", { class: "pair wide-left" },
      make("section", { class: "sheet" }, panel("最该先看的", summary.first.length ? firstList(summary)[1] : make("p", {}, "没有涉及金额的疑点。"))),
      make("section", { class: "sheet" }, decisionPanel(summary.decisions))),
    make("section", { class: "sheet" }, trustPanel(summary)));
}

// How many reached each grade, best first; then those that span two and those that lack material.
function gradeCounts(framework) {
  const rows = framework.rows;
  const sure = Object.keys(framework.grades).map((name) => [name, rows.filter((row) => row.low_grade === name && row.high_grade === name).length]);
  const lacking = rows.filter((row) => !row.low_grade).length;
  const open = rows.length - lacking - sumOf(sure, ([, n]) => n);
  return [...sure, ["区间跨级", open], ["材料不足", lacking]].filter(([, n]) => n).map(([name, n]) => name + " " + grouped(n)).join(" · ");
}

function panel(title, ...children) {
  return make("section", { class: "panel" }, make("h2", {}, title), children);
}

function figureRow(summary) {
  const total = summary.grades[summary.grades.length - 1];
  const cut = centsOf(total.cut_yuan);
  return figureList([
    ["申报", wan(centsOf(total.asked_yuan)), grouped(total.projects) + " 个项目", projectsPlace()],
    ["审减", wan(cut), ofAsked(cut, centsOf(total.asked_yuan)), address("cuts")],
    ["核定", wan(centsOf(total.approved_yuan)), "申报减审减", projectsPlace()],
    ...planCards(),
    ...openCards(summary),
    ...foundCards(summary),
  ]);
}

function foundCards(summary) {
  const found = Object.keys(WORDS.severities).filter((name) => summary.findings[name]);
  const on = MONEY_ASKED ? "涉及 " + summary.unknown.projects + " 个项目，" : "";
  return [
    ["疑点", grouped(sumOf(found, (name) => summary.findings[name])), found.map((name) => WORDS.severities[name] + summary.findings[name]).join(" "), address("findings")],
    ["不知道", grouped(summary.unknown.places), on + "不按通过处理", address("unknown")],
  ];
}

function figureList(cards) {
  return make("ul", { class: "figures" }, cards.map(([name, value, says, href]) =>
    make("li", {}, make("a", { href }, make("span", { class: "name" }, name), make("span", { class: "value" }, value), make("span", { class: "says" }, says)))));
}

// Projects that are not settled; no card where there is none.
function openCards(summary) {
  const open = summary.grades.filter((row) => row.grade.startsWith("材料不足") || row.grade.startsWith("区间跨级"));
  if (!open.length) return [];
  return [["待补材料", wan(sumOf(open, (row) => centsOf(row.asked_yuan))),
    open.map((row) => row.grade.slice(0, 4) + " " + row.projects).join(" · "), projectsPlace({ grade: open[0].grade })]];
}

function firstList(summary) {
  if (!summary.first.length) return null;
  return [make("h3", {}, "最该先看的"), make("ol", { class: "first" }, summary.first.map((row) => make("li", {},
    severityTag(row.severity, "active"), " ", firstLink(row), "：", row.title,
    row.at_stake_yuan === null ? "" : "，涉及 " + wan(centsOf(row.at_stake_yuan)) + " 万元")))];
}

// Not every finding is on a project: a notice or a department leads to its rule.
function firstLink(row) {
  const other = evaluatedOf(row.rule_id, row.key);
  if (other && !BY_KEY.has(row.project_code)) return link(address("framework", other.framework.name, { key: row.key }), other.row.label);
  const name = row.project_name || row.project_code || row.key;
  if (PAGES && PAGES[row.department_code]) return link(PAGES[row.department_code] + address("project", row.project_code), name);
  return link(BY_KEY.has(row.project_code) ? address("project", row.project_code) : address("rule", row.rule_id), name);
}

function filesPanel() {
  if (!PAGES) return null;
  return panel("各部门的报告", make("p", {}, "项目有 " + grouped(DATA.summary.tables.project) + " 个，一个文件放不下：这里是目录，每个部门一个文件，在“审核报告”文件夹里，拷贝时两样一起拷。"),
    make("ul", { class: "files" }, DATA.summary.departments.map((row) => make("li", {}, link(PAGES[row.department_code], row.department_name), " " + grouped(row.projects) + " 个"))));
}

function decisionPanel(found) {
  if (!found.length) return null;
  return panel("要领导定的事", make("ol", { class: "decisions" }, found.map((item) => make("li", {},
    make("p", {}, item.says), make("p", {}, make("strong", {}, item.asks), " ", link(decisionPlace(item.show), "看清单")), onPaper(item.show)))));
}

// On paper there is no list to open: the greatest requests are named.
function onPaper(show) {
  const rows = PROJECTS.filter((project) => Object.keys(show).every((name) => (name === "codes" ? show.codes.split(",").includes(project.code) : project[name] === show[name])));
  if (show.tab || !rows.length) return null;
  const most = rows.sort((a, b) => (b.asked || 0) - (a.asked || 0)).slice(0, NAMED_ON_PAPER);
  return make("p", { class: "onpaper note" }, (rows.length > most.length ? "金额最大的 " + most.length + " 个：" : ""),
    most.map((project) => project.name + "（" + project.unit + "，" + wan(project.asked) + " 万元）").join("；"));
}

function decisionPlace(show) {
  return show.tab ? address(show.tab) : projectsPlace(show);
}
