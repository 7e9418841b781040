// Formulas: renders the page's TeX visually, and as MathML for screen readers.
import katex from "katex";
import "katex/dist/katex.min.css";
import "./styles.js";

window.deepgradeMath = (place) => {
  const displayMode = place.classList.contains("math-block"), tex = place.textContent;
  const head = place.closest("th");
  if (head && head.textContent === tex) name(head, place, tex);
  katex.render(tex, place, { displayMode, throwOnError: false, trust: false });
  place.classList.add("drawn");
  if (!displayMode && place.getBoundingClientRect().width < 200) together(place);
};

// Prevent a line break between a short formula and adjacent text: a particle, a comma, a bracket.
function together(place) {
  const before = place.previousSibling, after = place.nextSibling, line = document.createElement("span");
  const left = before?.nodeType === Node.TEXT_NODE ? /\S{0,12}$/.exec(before.data)[0] : "";
  const right = after?.nodeType === Node.TEXT_NODE ? /^\S{0,12}/.exec(after.data)[0] : "";
  if (!left && !right) return;
  line.className = "together";
  place.replaceWith(line);
  line.append(left, place, right);
  if (left) before.data = before.data.slice(0, -left.length);
  if (right) after.data = after.data.slice(right.length);
}

// A screen reader reads a column's header with each of its cells, so give it the name as plain words.
function name(head, place, tex) {
  const words = document.createElement("span");
  words.className = "dg-sr";
  words.textContent = tex.replace(/\\(mathrm|mathbf|text|operatorname)\b/g, "").replace(/[\\{}]/g, "").trim();
  place.setAttribute("aria-hidden", "true");
  head.append(words);
}
