// What folds out says what it is: the button of each dropdown is called "Toggle hidden
// content" by sphinx-togglebutton, and so is each cell whose code is folded away.
addEventListener("load", () => {
  for (const button of document.querySelectorAll(".toggle-button")) {
    const box = button.closest(".admonition");
    const before = box.previousElementSibling;
    const exercise = before?.matches(".exercise") ? `: ${before.querySelector(".admonition-title").innerText}` : "";
    button.setAttribute("aria-label", button.parentElement.innerText.trim() + exercise.trim());
  }
  for (const summary of document.querySelectorAll("summary[aria-label='Toggle hidden content']")) {
    summary.removeAttribute("aria-label");
  }
});
