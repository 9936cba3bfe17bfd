// How far the result may be believed: what is unknown, unread, on trial, and how to check it.

function trustPanel(summary) {
  return panel("可信吗", make("div", { class: "trust" },
    trustItem("不知道的", unknownTrust(summary.unknown)),
    trustItem("误报", alarmTrust()),
    trustItem("规则", ruleTrust(summary.rules)),
    trustItem("哪些是规则判的，哪些是模型读的", documentTrust(summary.trust)),
    trustItem("读入", intakeTrust(DATA.cells)),
    trustItem("复核", checkTrust()),
    trustItem("存证", stampTrust(DATA.head.stamp))));
}

function trustItem(title, content) {
  return content ? make("div", { class: "trust-item" }, make("h3", {}, title), content) : null;
}

function unknownTrust(unknown) {
  if (!unknown.places) return make("p", {}, "启用的规则都判得出来。");
  const lines = unknown.fields.slice(0, 5).map((field) => make("li", {},
    field.zh + "：" + grouped(field.places) + " 处，由" + WORDS.suppliers[field.owed_by] + "补，补齐可判 " + field.rules + " 条规则"));
  return [make("p", {}, grouped(unknown.places) + " 处，涉及 " + grouped(unknown.projects) + " 个项目，都不按通过处理。最缺的："),
    make("ul", {}, lines), make("p", {}, link(address("unknown"), "全部缺的数据"))];
}

function alarmTrust() {
  return make("p", {}, "这份数据上的误报没有测过，所以不写比率。每条规则已知会误报的情形写在疑点卡片上，请逐条对照。");
}

function ruleTrust(rules) {
  const trial = rules.trial ? "试行 " + rules.trial + " 条，只提示，不计分、不审减。" : "没有试行规则。";
  return make("p", {}, "启用 " + rules.active + " 条，" + trial + "另按表定义检查 " + rules.derived + " 项。依据只写到文号的标明“条款待核”。");
}

function documentTrust(found) {
  const lines = [];
  if ("attachments" in found) lines.push("附件清单列了 " + grouped(found.attachments) + " 份，收到文件 " + grouped(found.received) + " 份；没有收到的没有读。");
  if ("documents" in found) lines.push("收到资料 " + grouped(found.documents) + " 份 " + grouped(found.pages) + " 页，读不出 " + grouped(found.pages_unread) + " 页，在 " + grouped(found.documents_unread) + " 份里。");
  if (found.readers && found.readers.length) {
    const model = (row) => row.extractor.startsWith("model");
    const byRule = found.readers.filter((row) => !model(row)).map((row) => grouped(row.facts) + " 条").join("，");
    const byModel = found.readers.filter(model).map((row) => row.extractor.replace("model:", "") + " " + grouped(row.facts) + " 条").join("，");
    lines.push("规则判的：全部疑点、得分和金额。");
    if (byRule) lines.push("按规则包的样式从材料里读出的事实 " + byRule + "，每条都带原文；扫描件的文字由识别程序认出，可信度低的写明。");
    lines.push(modelTrust(found, byModel));
  } else {
    lines.push(modelTrust(found, "") + "结论全部由规则给出。");
  }
  return make("ul", {}, lines.map((line) => make("li", {}, line)));
}

function modelTrust(found, byModel) {
  if (!("model_rows" in found)) return "没有用大模型读材料。";
  if (!found.model_rows) return "大模型读了材料，没有添一条提示。";
  return "大模型从材料里指出的事实和疑点：" + byModel + "，每条只是原文里的一句话；它只作试行提示，不打分、不审减、不下结论，准不准没有测过。";
}

function intakeTrust(cells) {
  if (!cells || !cells.read) return null;
  return make("p", {}, "读 " + grouped(cells.read) + " 格：原样 " + grouped(cells.kept || 0) + "，改写 " + grouped(cells.changed || 0) + "，拒收 " + grouped(cells.refused || 0) + "。", link(address("problems"), "逐格看"));
}

function checkTrust() {
  const head = DATA.head;
  return [make("p", {}, "在存放本报告的电脑上执行 ", make("code", {}, "shangji verify 审核结果"), "，用另一套程序独立重算全部结论。"),
    make("p", { class: "digest" }, "结果摘要 " + head.result.slice(0, 16) + " · 数据快照 " + head.snapshot.slice(0, 16) + " · 规则包 " + head.pack.slice(0, 16))];
}

function stampTrust(stamp) {
  if (!stamp) return null;
  const box = "0 0 " + stamp.side + " " + stamp.side;
  const code = drawn("svg", { class: "stamp", viewBox: box, role: "img", "aria-label": "存证账本检查点的二维码" },
    drawn("path", { class: "stamp-light", d: "M0 0h" + stamp.side + "v" + stamp.side + "H0z" }),
    drawn("path", { class: "stamp-dark", d: stamp.dark }));
  return [code, stamp.lines.map((line) => make("p", { class: "digest" }, line)),
    make("p", {}, "核验：", make("code", {}, "shangji ledger verify 账本 --key 公钥"))];
}
