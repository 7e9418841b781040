// The editor that replaces a text field; the field still holds the text.
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { minimalSetup } from "codemirror";
import "./styles.js";

const nonce = document.currentScript ? document.currentScript.nonce : "";

// The page's colours, so that dark mode applies here, too.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--dg-accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--dg-pass)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--dg-pos)" },
  { tag: tags.comment, color: "var(--dg-soft)", fontStyle: "italic" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.definition(tags.variableName))], fontWeight: "600" },
]);

// After Escape, Tab leaves the editor, as CodeMirror documents it, so that keyboard users are never trapped.
window.deepgradeEditor = (area, changed) => {
  const label = area.labels && area.labels[0] ? area.labels[0].textContent : area.name;
  const told = { "aria-label": label, tabindex: "0" };
  const view = new EditorView({
    doc: area.value,
    extensions: [
      keymap.of([{ key: "Mod-Enter", run: () => true }]), // left to the page, which runs a check; no new line
      minimalSetup,
      python(),
      indentUnit.of("    "),
      keymap.of([indentWithTab]),
      syntaxHighlighting(colours),
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of(told),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = update.state.doc.toString();
        changed(area);
      }),
    ],
  });
  area.hidden = true;
  area.after(view.dom);
  return (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
};
