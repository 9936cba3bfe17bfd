// One project: its interval, its indicators, a card for each finding, its past and its peers.

const PEERS_SHOWN = 8;

function projectView(key) {
  const project = BY_KEY.get(key);
  if (!project) return missingView("这份报告里没有这个项目：" + key);
  const found = (FINDINGS_OF.get(project.at) || []).slice().sort((a, b) => severityOrder(a) - severityOrder(b) || (b.stake || 0) - (a.stake || 0));
  return make("div", { class: "project" },
    make("nav", { class: "path", "aria-label": "位置" }, link(address("departments"), "部门"), " › ",
      link(address("projects", "", { department: project.department_code }), project.department), " › ", project.unit),
    make("h2", { class: "title" }, project.name || "（未填名称）"),
    make("p", { class: "note" }, [project.code, project.unit, project.lane, project.function, placeWords(project, "")].filter(Boolean).join(" · ")),
    projectFigures(project),
    FRAMEWORKS.map((framework) => frameworkOf(framework, project)),
    found.length ? make("section", { class: "panel" }, make("h2", {}, "疑点 " + found.length + " 条"), found.map(findingCard)) : panel("疑点", make("p", {}, "没有疑点。不知道的见下面，不按通过处理。")),
    projectCitations(project), projectPath(project), projectUnknowns(project), projectCuts(project), projectPlan(project), projectHistory(project), projectMeasures(project), projectPeers(project));
}

function severityOrder(finding) {
  return Object.keys(WORDS.severities).indexOf(finding.severity) + (finding.status === "active" ? 0 : 10);
}

function projectFigures(project) {
  const cards = [
    ["申报", wan(project.asked), "万元"], ["审减", wan(project.cut), "万元"], ["核定", wan(project.approved), "万元"],
    PLAN && project.arranged !== null ? ["安排", wan(project.arranged), "万元"] : null,
    project.gate ? ["入库", gateWords(project.gate), ""] : null,
    ["等级", gradeWords(project), project.known === null ? "" : "已知权重 " + project.known + "%" + (project.rank === null ? "" : "，第 " + project.rank + " 名")],
  ];
  return make("ul", { class: "figures" }, cards.filter(Boolean).map(([name, value, says]) => make("li", {}, make("div", {},
    make("span", { class: "name" }, name), make("span", { class: "value" }, value), make("span", { class: "says" }, says)))));
}

function frameworkOf(framework, project) {
  const rows = framework.rows.filter((row) => row.project === project.at);
  return rows.map((row) => panel(framework.zh + (framework.subject === "project" ? "" : "：" + row.label), scoreTree(framework, row)));
}

// The cheapest mendings after which the gate opens; what only the bureau can settle is a number.
function projectPath(project) {
  const end = PATH_ENDS.get(project.at);
  if (!end) return null;
  const steps = (PATH_STEPS.get(project.at) || []).map((step) => make("li", {}, step.says,
    step.cost ? "，少报 " + wan(step.cost) + " 万元" : "", make("small", {}, "（" + (step.verified ? "已重跑验证" : "尚需提供，未验证") + (step.shown ? "" : "；不对单位提示") + "）"),
    " ", make("small", {}, "回应：", ruleLinks(step.rules.map((text) => DATA.texts[text])))));
  return panel("怎样才能通过", make("p", {}, end[0].says), steps.length ? make("ol", {}, steps) : null);
}

function projectCitations(project) {
  const rows = CITATIONS_OF.get(project.at) || [];
  if (!rows.length) return null;
  return panel("依据核验", make("ul", {}, rows.map((row) => make("li", {}, row.told + "：" + row.state, row.words ? citedWords(row) : null))));
}

function projectUnknowns(project) {
  const rows = UNKNOWNS_OF.get(project.at) || [];
  if (!rows.length) return null;
  return panel("不知道的 " + rows.length + " 项", make("p", { class: "note" }, "补齐后才能判，不按通过处理。"),
    make("ul", {}, rows.map((row) => UNKNOWN_KINDS[row.kind]).map((kind) => make("li", {}, kind.field + "，由" + WORDS.suppliers[kind.owed] + "补，补齐可判：",
      ruleLinks(kind.rules)))));
}

function projectCuts(project) {
  const rows = CUTS_OF.get(project.at) || [];
  if (!rows.length) return null;
  return panel("金额怎么来的（万元）", make("p", {}, "申报 " + wan(project.asked) + " − 审减 " + wan(project.cut) + " = 核定 " + wan(project.approved)), sortable([
    { title: "明细", show: (row) => (row.line ? "明细 " + row.line : "项目") + (row.fund ? "（" + row.fund + "）" : "") },
    { title: "申报", number: true, show: (row) => wan(row.asked) }, { title: "核定", number: true, show: (row) => wan(row.approved) },
    { title: "审减", number: true, show: (row) => wan(row.asked - row.approved) }, { title: "原因", class: "name", show: (row) => ruleLink(row.rule) },
    { title: "同时发现", class: "name", show: (row) => ruleLinks(row.also.map((text) => DATA.texts[text])) },
  ], rows, {}));
}

function projectHistory(project) {
  if (!DATA.history) return null;
  const rows = rowsOf(DATA.history).filter((row) => row.project === project.at).slice(0, 3);
  if (!rows.length) return panel("历年", make("p", {}, "没有确认过的项目沿革，历年数接不上，按不知道处理。"));
  return panel("历年（万元）", sortable([
    { title: "年度", show: (row) => row.year + (row.months && row.months < 12 ? "（前 " + row.months + " 个月）" : "") },
    { title: "年初预算", number: true, show: (row) => wan(row.original) }, { title: "全年预算", number: true, show: (row) => wan(row.adjusted) },
    { title: "执行", number: true, show: (row) => wan(row.executed) },
    { title: "执行率", number: true, show: (row) => (row.executed === null || !row.adjusted ? "不知道" : share(row.executed, row.adjusted)) },
  ], rows, {}));
}

function projectMeasures(project) {
  const lines = MEASURES.filter((measure) => measure.subject === "project").map((measure) => {
    const row = measure.rows.find((item) => item.at === project.at);
    return row ? [measure.zh, [row.value === null ? "不知道" : row.value + (measure.unit || ""), make("small", {}, " " + measure.says)]] : null;
  }).filter(Boolean);
  return lines.length ? panel("指标值", facts(lines)) : null;
}

// Peers: the same kind of review and the same functional class, nearest in money.
function projectPeers(project) {
  const near = (other) => Math.abs((other.asked || 0) - (project.asked || 0));
  const peers = PROJECTS.filter((other) => other !== project && other.lane === project.lane && other.function && other.function === project.function).sort((a, b) => near(a) - near(b));
  if (!peers.length) return null;
  return panel("同类项目（同一评审分类、同一功能科目，金额最近的 " + Math.min(PEERS_SHOWN, peers.length) + " 个）", projectTable(peers.slice(0, PEERS_SHOWN)));
}
