// KaTeX and CodeMirror set some sizes as style attributes, which the page's CSP blocks; it allows the CSSOM.
const plain = Element.prototype.setAttribute;
if (!plain.forDeepgrade) {
  const said = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else plain.call(this, name, value);
  };
  said.forDeepgrade = true;
  Element.prototype.setAttribute = said;
}
