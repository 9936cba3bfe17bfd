// The first page: one sentence, the figures, where the money went, what is to be decided,
// and how far all this may be believed. Printed it is four sheets of A4.

const DEPARTMENTS_SHOWN = 12;
const NAMED_ON_PAPER = 5;

function overviewView() {
  const summary = DATA.summary;
  const graded = FRAMEWORKS.find((framework) => framework.name === summary.framework && framework.grades.A);
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

function panel(title, ...children) {
  return make("section", { class: "panel" }, make("h2", {}, title), children);
}

function figureRow(summary) {
  const total = summary.grades[summary.grades.length - 1];
  const cut = centsOf(total.cut_yuan);
  const found = Object.keys(WORDS.severities).filter((name) => summary.findings[name]);
  const cards = [
    ["申报", wan(centsOf(total.asked_yuan)), grouped(total.projects) + " 个项目", projectsPlace()],
    ["审减", wan(cut), ofAsked(cut, centsOf(total.asked_yuan)), address("cuts")],
    ["核定", wan(centsOf(total.approved_yuan)), "申报减审减", projectsPlace()],
    ...planCards(),
    ...openCards(summary),
    ["疑点", grouped(sumOf(found, (name) => summary.findings[name])), found.map((name) => WORDS.severities[name] + summary.findings[name]).join(" "), address("findings")],
    ["不知道", grouped(summary.unknown.places), "涉及 " + summary.unknown.projects + " 个项目，不按通过处理", address("unknown")],
  ];
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
