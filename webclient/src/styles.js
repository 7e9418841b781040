// KaTeX and CodeMirror write some sizes as style attributes, which the page's policy refuses; by CSSOM they may be said.
const plain = Element.prototype.setAttribute;
if (!plain.forDeepgrade) {
  const said = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else plain.call(this, name, value);
  };
  said.forDeepgrade = true;
  Element.prototype.setAttribute = said;
}
