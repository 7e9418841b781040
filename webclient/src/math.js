// Formulas: TeX in the page becomes what one reads, and MathML for those who listen.
import katex from "katex";
import "katex/dist/katex.min.css";
import "./styles.js";

window.deepgradeMath = (place) => {
  const displayMode = place.classList.contains("math-block"), tex = place.textContent;
  const head = place.closest("th");
  if (head && head.textContent === tex) head.setAttribute("aria-label", spoken(tex)); // what a cell's column is called
  katex.render(tex, place, { displayMode, throwOnError: false, trust: false });
  place.classList.add("drawn");
};

function spoken(tex) {
  return tex.replace(/\\(mathrm|mathbf|text|operatorname)\b/g, "").replace(/[\\{}]/g, "").trim();
}
