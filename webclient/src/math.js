// Formulas: TeX in the page becomes what one reads, and MathML for those who listen.
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

// No line is broken between a short formula and what stands at it: a particle, a comma, a bracket.
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

// What a column is called is read with each of its cells: as words, for a name is no formula.
function name(head, place, tex) {
  const words = document.createElement("span");
  words.className = "dg-sr";
  words.textContent = tex.replace(/\\(mathrm|mathbf|text|operatorname)\b/g, "").replace(/[\\{}]/g, "").trim();
  place.setAttribute("aria-hidden", "true");
  head.append(words);
}
