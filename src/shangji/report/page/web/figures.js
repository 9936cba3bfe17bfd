// Figures as people read them. Money is whole 分 inside and 万元 with two decimals on the page.

function grouped(whole) {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ",");
}

function groupedText(number) {
  const [whole, rest] = number.replace("-", "").split(".");
  return (number.startsWith("-") ? "−" : "") + grouped(whole) + (rest ? "." + rest : "");
}

function wan(cents) {
  if (cents === null || cents === undefined) return "待定";
  const hundredths = Math.floor((Math.abs(cents) + 5000) / 10000);
  const text = grouped(Math.floor(hundredths / 100)) + "." + String(hundredths % 100).padStart(2, "0");
  return cents < 0 && hundredths ? "−" + text : text;
}

function centsOf(yuan) {
  return yuan === null || yuan === undefined ? null : Number(yuan.replace(".", ""));
}

function sumOf(rows, value) {
  return rows.reduce((total, row) => total + (value(row) || 0), 0);
}

function share(part, whole) {
  if (!whole) return "";
  if (part > 0 && part * 1000 < whole) return "不到 0.1%";
  return (Math.round((part / whole) * 1000) / 10).toFixed(1) + "%";
}

function points(hundredths) {
  return (hundredths / 100).toFixed(2).replace(/\.?0+$/, "");
}

function blank(value) {
  return value === null || value === undefined || value === "";
}

// Blanks come last whichever way a table is sorted.
function compare(a, b, sign) {
  if (blank(a) || blank(b)) return blank(a) - blank(b);
  return sign * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh"));
}
