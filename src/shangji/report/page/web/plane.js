// Necessity × importance: size is money, shape is grade, hollow is not enough material,
// a dashed box is how far the score can still rise.

const PLANE = { width: 620, height: 372, left: 44, bottom: 40, top: 14, right: 14 };

function plane(framework) {
  const rows = framework.rows.filter((row) => row.project >= 0);
  const axis = (name) => framework.nodes.findIndex((node) => node.name === name);
  const [x, y] = [axis(framework.x), axis(framework.y)];
  const most = Math.max(1, ...rows.map((row) => PROJECTS[row.project].asked || 0));
  const crowd = rows.length > 200 ? 0.72 : 1;
  const marks = rows.map((row) => mark(row, x, y, most, crowd)).filter(Boolean);
  marks.sort((a, b) => b.size - a.size);
  const svg = drawn("svg", {
    viewBox: "0 0 " + PLANE.width + " " + PLANE.height, role: "img", class: "plane",
    "aria-label": framework.nodes[x].zh + "与" + framework.nodes[y].zh + "分布图，" + marks.length + " 个项目；同样的内容见“项目”页的表",
  }, frame(framework, framework.nodes[x].zh, framework.nodes[y].zh), marks.map((item) => item.box), marks.map((item) => item.node));
  return make("div", {}, svg, planeLegend(framework));
}

function across(percent) {
  return PLANE.left + ((PLANE.width - PLANE.left - PLANE.right) * percent) / 100;
}

function up(percent) {
  return PLANE.height - PLANE.bottom - ((PLANE.height - PLANE.bottom - PLANE.top) * percent) / 100;
}

function percentOf(row, node, end) {
  return row.full[node] ? row[end][node] / row.full[node] : null;
}

// Many marks are drawn smaller, so that they can be told apart.
function mark(row, x, y, most, crowd) {
  const low = [percentOf(row, x, "low"), percentOf(row, y, "low")];
  const high = [percentOf(row, x, "high"), percentOf(row, y, "high")];
  if (low.includes(null)) return null;
  const project = PROJECTS[row.project];
  const size = (3.2 + 13 * Math.sqrt((project.asked || 0) / most)) * crowd;
  const kind = row.low_grade ? "grade-" + row.low_grade : "hollow";
  const says = project.name + "，" + project.unit + "，申报 " + wan(project.asked) + " 万元，" + gradeWords(project);
  const node = drawn("a", { href: address("project", project.key), tabindex: "-1" },
    drawn("path", { d: shape(row.low_grade, across(low[0]), up(low[1]), size), class: "mark " + kind }, drawn("title", {}, says)));
  const spread = high[0] > low[0] || high[1] > low[1];
  const box = spread ? drawn("rect", {
    class: "spread", x: across(low[0]), y: up(high[1]),
    width: Math.max(across(high[0]) - across(low[0]), 1), height: Math.max(up(low[1]) - up(high[1]), 1),
  }) : null;
  return { size, node, box };
}

function shape(grade, x, y, size) {
  const at = (dx, dy) => (x + dx).toFixed(1) + "," + (y + dy).toFixed(1);
  if (grade === "B") return "M" + at(-size, -size) + " L" + at(size, -size) + " L" + at(size, size) + " L" + at(-size, size) + " Z";
  if (grade === "C") return "M" + at(0, -size * 1.2) + " L" + at(size * 1.1, size) + " L" + at(-size * 1.1, size) + " Z";
  if (grade === "D") return "M" + at(0, -size * 1.3) + " L" + at(size * 1.1, 0) + " L" + at(0, size * 1.3) + " L" + at(-size * 1.1, 0) + " Z";
  return "M" + at(-size, 0) + " a" + [size, size, 0, 1, 0, size * 2, 0] + " a" + [size, size, 0, 1, 0, -size * 2, 0] + " Z";
}

function frame(framework, xName, yName) {
  const cut = framework.cut / 100;
  const corners = [["A", 99, 96, "end"], ["B", 99, 3, "end"], ["C", 1, 96, "start"], ["D", 1, 3, "start"]];
  const ticks = [0, 20, 40, 60, 80, 100];
  return [
    drawn("rect", { class: "field", x: across(0), y: up(100), width: across(100) - across(0), height: up(0) - up(100) }),
    drawn("line", { class: "cutline", x1: across(cut), x2: across(cut), y1: up(0), y2: up(100) }),
    drawn("line", { class: "cutline", x1: across(0), x2: across(100), y1: up(cut), y2: up(cut) }),
    corners.map(([letter, x, y, anchor]) => framework.grades[letter] ? drawn("text", { class: "corner", x: across(x), y: up(y), "text-anchor": anchor }, letter + " " + framework.grades[letter]) : null),
    ticks.map((tick) => drawn("text", { class: "tick", x: across(tick), y: up(0) + 16, "text-anchor": "middle" }, String(tick))),
    ticks.map((tick) => drawn("text", { class: "tick", x: across(0) - 6, y: up(tick) + 4, "text-anchor": "end" }, String(tick))),
    drawn("text", { class: "tick", x: across(50), y: PLANE.height - 6, "text-anchor": "middle" }, xName + "（得分占满分 %）→"),
    drawn("text", { class: "tick", x: 12, y: up(50), "text-anchor": "middle", transform: "rotate(-90 12 " + up(50) + ")" }, yName + " →"),
  ];
}

function planeLegend(framework) {
  const sample = (grade, kind) => drawn("svg", { viewBox: "0 0 16 16", class: "sample", "aria-hidden": "true" },
    drawn("path", { d: shape(grade, 8, 8, 5), class: "mark " + kind }));
  const grades = Object.keys(framework.grades).map((letter) => make("li", {}, sample(letter, "grade-" + letter), letter));
  return make("ul", { class: "legend" }, grades, make("li", {}, sample("", "hollow"), "空心：材料不足，未评级"),
    make("li", {}, make("span", { class: "swatch dashed", "aria-hidden": "true" }), "虚框：补齐材料后分数能到的范围"),
    make("li", {}, "大小：申报金额；点一点开项目"));
}
