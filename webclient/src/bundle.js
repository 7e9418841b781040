// The editor and the formulas; every page works without them, more plainly.
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { minimalSetup } from "codemirror";
import katex from "katex";
import "katex/dist/katex.min.css";

const nonce = document.currentScript ? document.currentScript.nonce : "";

// Colours of the page, so that dark is dark here too.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--dg-accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--dg-pass)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--dg-pos)" },
  { tag: tags.comment, color: "var(--dg-soft)", fontStyle: "italic" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.definition(tags.variableName))], fontWeight: "600" },
]);

// Tab leaves the editor after Escape, as CodeMirror documents it, so that the keyboard is never caught.
function editor(area, changed) {
  const label = area.labels && area.labels[0] ? area.labels[0].textContent : area.name;
  const view = new EditorView({
    doc: area.value,
    extensions: [
      minimalSetup,
      python(),
      indentUnit.of("    "),
      keymap.of([indentWithTab]),
      syntaxHighlighting(colours),
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = update.state.doc.toString();
        changed();
      }),
    ],
  });
  area.hidden = true;
  area.after(view.dom);
  return view;
}

// KaTeX and CodeMirror write some sizes as style attributes, which the page's policy refuses; by CSSOM they may be said.
const plain = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  if (name === "style") this.style.cssText = value;
  else plain.call(this, name, value);
};

function math(place) {
  const tex = place.textContent;
  const displayMode = place.classList.contains("math-block");
  katex.render(tex, place, { displayMode, throwOnError: false, trust: false });
  place.classList.add("drawn");
}

window.deepgradeBundle = { editor, math };
