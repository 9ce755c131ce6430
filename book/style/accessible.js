// What folds out says what it is: the button of each dropdown is called "Toggle hidden
// content" by sphinx-togglebutton, and so is each cell whose code is folded away.
const said = (node) => node.innerText.replace(/\s+/g, " ").trim();

addEventListener("load", () => {
  for (const button of document.querySelectorAll(".toggle-button")) {
    const names = [said(button.parentElement)];
    const before = button.closest(".admonition").previousElementSibling;
    if (before?.matches(".exercise")) names.push(said(before.querySelector(".admonition-title")));
    button.setAttribute("aria-label", names.join(": "));
  }
  for (const summary of document.querySelectorAll("summary[aria-label='Toggle hidden content']")) {
    summary.removeAttribute("aria-label");
  }
});
